package io.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.TextFormat;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.xds.crd.Admission;
import io.sluice.xds.crd.Rejection;
import io.sluice.xds.resolve.Resolver;
import io.sluice.xds.source.FixedWorld;
import io.sluice.xds.translate.Resources;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.Warning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each world of {@code src/test/resources/worlds} comes to exactly the resources, rejections and
 * warnings written beside it; what it came to is left in {@code target/worlds}. The node is {@code
 * n1}.
 */
class WorldsTest {
  private static final Path WORLDS = Path.of("src/test/resources/worlds");

  static List<String> worlds() throws IOException {
    try (Stream<Path> files = Files.list(WORLDS)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void comesToTheseResources(String world) throws Exception {
    String actual = resources(Files.readString(WORLDS.resolve(world + ".yaml")));
    Path actualFile = Files.createDirectories(Path.of("target/worlds")).resolve(world + ".actual");
    Files.writeString(actualFile, actual);
    assertThat(actual).isEqualTo(Files.readString(WORLDS.resolve(world + ".expected")));
  }

  private static String resources(String yaml) throws Exception {
    Admission.Result admitted = new Admission().admit(FixedWorld.manifests("world.yaml", yaml));
    Resolver resolver = new Resolver();
    resolver.update(admitted.world(), Settings.defaults("n1"));
    List<Warning> odd = new ArrayList<>(resolver.identities().warnings());
    Resources resources = new Resources();
    StringBuilder text = new StringBuilder();
    for (Any any : resources.policies(resolver.local(odd))) {
      text.append("# NetworkPolicy\n")
          .append(TextFormat.printer().printToString(any.unpack(NetworkPolicy.class)));
    }
    for (Any any : resources.hosts(resolver.identities().all())) {
      text.append("# NetworkPolicyHosts\n")
          .append(TextFormat.printer().printToString(any.unpack(NetworkPolicyHosts.class)));
    }
    admitted.rejected().forEach(rejection -> text.append(line(rejection)));
    Stream.of(admitted.warnings(), odd)
        .flatMap(List::stream)
        .forEach(warning -> text.append(line(warning)));
    return text.toString();
  }

  private static String line(Rejection r) {
    return "# REJECTED %s %s %s/%s %s: %s (last good: %s)\n"
        .formatted(
            r.source(), r.kind(), r.namespace(), r.name(), r.field(), r.reason(), r.lastGood());
  }

  private static String line(Warning w) {
    return "# WARNING %s %s: %s\n".formatted(w.source(), w.field(), w.reason());
  }
}
