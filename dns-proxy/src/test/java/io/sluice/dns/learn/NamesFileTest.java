package io.sluice.dns.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.dns.match.DnsName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesFileTest {
  private static final List<LearnedName> NAMES =
      List.of(
          new LearnedName(
              "prod/a",
              Objects.requireNonNull(DnsName.of("a.example.com")),
              List.of(
                  new LearnedAddress(InetAddress.ofLiteral("192.0.2.1"), 17),
                  new LearnedAddress(InetAddress.ofLiteral("2001:db8::1"), Long.MAX_VALUE))),
          new LearnedName("b", Objects.requireNonNull(DnsName.of(".")), List.of()));

  @TempDir private Path folder;

  @Test
  void givesBackWhatWasWritten() throws Exception {
    NamesFile file = new NamesFile(folder.resolve("names"));
    assertThat(file.read()).as("no file").isEmpty();
    assertThat(file.readOnly()).as("no file").isEmpty();
    file.write(List.of());
    file.write(NAMES);
    assertThat(file.read()).isEqualTo(NAMES);
    assertThat(file.readOnly()).isEqualTo(NAMES);
    assertThat(folder.toFile().list()).containsExactly("names");
  }

  @Test
  void setsAsideWhatItCanNotRead() throws Exception {
    Path path = folder.resolve("names");
    NamesFile file = new NamesFile(path);
    file.write(NAMES);
    byte[] whole = Files.readAllBytes(path);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      Files.write(path, damaged);
      assertThatThrownBy(file::readOnly).isInstanceOf(IOException.class);
      assertThat(path).as("it is another's").hasBinaryContent(damaged);
      assertThat(file.read()).isEmpty();
      assertThat(folder.toFile().list()).containsExactly("names.unreadable");
      assertThat(folder.resolve("names.unreadable")).hasBinaryContent(damaged);
    }
    Files.write(path, new byte[3]);
    assertThat(file.read()).isEmpty();
    file.write(NAMES);
    assertThat(file.read()).as("the next one").isEqualTo(NAMES);
  }

  /** It may be there and whole; to go on without it would be to forget it. */
  @Test
  void failsWhereTheDiskDoesNotGiveIt() throws Exception {
    Path path = Files.createDirectory(folder.resolve("names"));
    assertThatThrownBy(() -> new NamesFile(path).read()).isInstanceOf(IOException.class);
    assertThat(path).isDirectory();
  }
}
