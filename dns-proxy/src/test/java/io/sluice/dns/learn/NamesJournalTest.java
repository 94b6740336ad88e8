package io.sluice.dns.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesJournalTest {
  @TempDir private Path folder;

  private static LearnedName name(int number) {
    return new LearnedName(
        "prod/a",
        Objects.requireNonNull(DnsName.of("n" + number + ".example.com")),
        List.of(new LearnedAddress(InetAddress.ofLiteral("192.0.2." + number), number)));
  }

  @Test
  void givesBackWhatWasAddedSinceTheListWasMade() throws Exception {
    try (NamesJournal journal = new NamesJournal(folder.resolve("names"))) {
      assertThat(journal.read()).isEmpty();
      journal.append(List.of(name(1), name(2)));
      int begun = journal.begin();
      journal.append(List.of(name(3)));
      assertThat(new NamesJournal(folder.resolve("names")).read())
          .containsExactly(name(1), name(2), name(3));
      journal.removeBefore(begun);
    }
    NamesJournal next = new NamesJournal(folder.resolve("names"));
    assertThat(next.read()).containsExactly(name(3));
    next.append(List.of(name(4)));
    next.close();
    assertThat(new NamesJournal(folder.resolve("names")).read())
        .as("a life later")
        .containsExactly(name(3), name(4));
  }

  @Test
  void endsWhereItIsCutOffOrDamaged() throws Exception {
    Path file = folder.resolve("names.since-1");
    try (NamesJournal journal = new NamesJournal(folder.resolve("names"))) {
      journal.append(List.of(name(1)));
      long whole = Files.size(file);
      journal.append(List.of(name(2)));
      byte[] both = Files.readAllBytes(file);
      for (int length = (int) whole; length < both.length; length++) {
        Files.write(file, Arrays.copyOf(both, length));
        assertThat(new NamesJournal(folder.resolve("names")).read()).containsExactly(name(1));
      }
      for (int i = (int) whole; i < both.length; i++) {
        byte[] damaged = both.clone();
        damaged[i] ^= 1;
        Files.write(file, damaged);
        assertThat(new NamesJournal(folder.resolve("names")).read()).containsExactly(name(1));
      }
    }
  }
}
