package io.sluice.app.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.suite.CaseResult;
import io.sluice.app.suite.SuiteReader;
import io.sluice.app.suite.SuiteRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The page of the policy language shows policies that validate, and what the commands print. */
class PolicyLanguagePageTest {
  private static final Path PAGE = Path.of("../docs/policy-language.md");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @Test
  void everyPolicyOfThePageValidates(@TempDir Path folder) throws Exception {
    List<String> blocks = blocks("yaml");
    assertThat(blocks).hasSizeGreaterThan(14);
    for (String block : blocks) {
      Path file = Files.writeString(folder.resolve("block.yaml"), besideTheSuites(block));
      if (block.contains("kind: PolicyTest")) {
        assertThat(SuiteRunner.run(SuiteReader.read(file))).allMatch(CaseResult::passed);
      } else {
        // The one warning that the page speaks of itself.
        String known = "WARN CiliumClusterwideNetworkPolicy ssh-from-the-office";
        assertThat(run(List.of("validate", file.toString())).replace(known, ""))
            .doesNotContain("ERROR", "WARN");
      }
    }
  }

  @Test
  void everyCommandOfThePagePrintsWhatThePageSays() throws IOException {
    List<String> blocks = blocks("console");
    assertThat(blocks).hasSizeGreaterThan(5);
    for (String block : blocks) {
      int end = block.indexOf('\n');
      String command = block.substring(0, end);
      assertThat(command).startsWith("$ sluice policy ");
      List<String> words = new ArrayList<>();
      for (MatchResult word : WORD.matcher(command).results().skip(3).toList()) {
        String text = word.group(1) == null ? word.group(2) : word.group(1);
        words.add(text.startsWith("examples/") ? "../" + text : text);
      }
      assertThat(run(words).replace("../examples/", "examples/"))
          .as(command)
          .isEqualTo(block.substring(end + 1));
    }
  }

  private static String besideTheSuites(String block) throws IOException {
    String examples = Path.of("../examples").toRealPath().toString();
    return block
        .replace("[shops/]", "[" + examples + "/policy-tests/shops/]")
        .replace("../policies/", examples + "/policies/");
  }

  private static String run(List<String> words) {
    StringWriter out = new StringWriter();
    new CommandLine(new PolicyCommand())
        .setOut(new PrintWriter(out, true))
        .execute(words.toArray(String[]::new));
    return out.toString();
  }

  private static List<String> blocks(String kind) throws IOException {
    Pattern block = Pattern.compile("(?s)```" + kind + "\n(.*?)```");
    return block.matcher(Files.readString(PAGE)).results().map(match -> match.group(1)).toList();
  }
}
