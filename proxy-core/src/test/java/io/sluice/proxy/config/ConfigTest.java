package io.sluice.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.proxy.spi.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  @TempDir private Path folder;

  @Test
  void everythingHasADefault() {
    Config config = Config.defaults();
    assertThat(config.limits()).isEqualTo(Limits.DEFAULTS);
    assertThat(config.eventLoops()).isPositive();
    assertThat(config.adminAnyInterface()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "{}", "limits: {}"})
  void anEmptyFileIsTheDefaults(String yaml) throws Exception {
    assertThat(read(yaml)).isEqualTo(Config.defaults());
  }

  @Test
  void everyKeyIsRead() throws Exception {
    Config config =
        read(
            """
            eventLoops: 3
            limits:
              requestLine: 1000
              headers: 2000
              headerFields: 30
              headerTimeout: 1500ms
              drain: 0
              idleTimeout: 2h
              connectTimeout: 1m
              connectionsPerEndpoint: 7
              connections: 8
            flows:
              ring: 4096
              redactedHeaders: [X-Secret, "x-token"]
            admin:
              anyInterface: true
            """);
    assertThat(config.eventLoops()).isEqualTo(3);
    assertThat(config.limits())
        .isEqualTo(
            new Limits(
                1000,
                2000,
                30,
                Duration.ofMillis(1500),
                0,
                Duration.ofHours(2),
                Duration.ofMinutes(1),
                7,
                8));
    assertThat(config.flowRing()).isEqualTo(4096);
    assertThat(config.redactedHeaders()).containsExactly("X-Secret", "x-token");
    assertThat(config.adminAnyInterface()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limits:\\n  headerz: 1 | :2: unknown key limits.headerz",
        "nonsense: 1 | :1: unknown key nonsense, expected one of: eventLoops",
        "limits:\\n  headers: 1 | :2: limits.headers: expected a whole number of 1024..1048576",
        "limits:\\n  headers: 99999999999 | :2: limits.headers: expected",
        "limits:\\n  headers: 4096.5 | :2: limits.headers: expected",
        "limits:\\n  headers: many | :2: limits.headers: expected",
        "limits:\\n  headers: [4096] | :2: limits.headers: expected",
        "limits:\\n  headers: {a: 1} | :2: limits.headers: expected",
        "dns: {fail: known_names} | :1: dns.fail: expected closed or known-names",
        "limits:\\n\\n  idleTimeout: 0s | :3: limits.idleTimeout: expected a duration of 1s..7d",
        "limits:\\n  idleTimeout: 10 | :2: limits.idleTimeout: expected a duration",
        "limits:\\n  idleTimeout: 1 week | :2: limits.idleTimeout: expected a duration",
        "limits: 5 | :1: limits: expected keys inside it",
        "flows:\\n  redactedHeaders: x-token | :2: flows.redactedHeaders: expected a list",
        "flows:\\n  redactedHeaders: ['a b'] | :2: flows.redactedHeaders: expected a list",
        "admin:\\n  anyInterface: 1 | :2: admin.anyInterface: expected true or false",
        "eventLoops: 1\\neventLoops: 2 | :2: Duplicate field 'eventLoops'",
        "eventLoops: [ | :1: ",
        "- eventLoops | :1: expected keys and values",
        "eventLoops: 1\\n---\\neventLoops: 1 | a second document",
      })
  void whatIsWrongIsNamedWithItsLine(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sluice.yaml")
        .hasMessageContaining(message.strip());
  }

  @Test
  void wordsAreHyphenated() throws Exception {
    DnsConfig dns = read("dns: {fail: known-names, reject: nxdomain, learnHints: true}").dns();
    assertThat(dns.fail()).isEqualTo(DnsConfig.Fail.KNOWN_NAMES);
    assertThat(dns.reject()).isEqualTo(DnsConfig.Reject.NXDOMAIN);
    assertThat(dns.learnHints()).isTrue();
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Config.read(folder.resolve("none.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.yaml");
  }

  @Test
  void theHelpExplainsEveryKeyAndItsDefaultsAreValid() throws Exception {
    for (Key<?> key : Key.ALL) {
      assertThat(Config.help()).contains(key.path() + ": ").contains(key.meaning());
      assertThat(read(nested(key.path(), value(key)))).as(key.path()).isEqualTo(Config.defaults());
    }
  }

  private static <T> String value(Key<T> key) {
    return key.setting().text(key.byDefault());
  }

  private static String nested(String path, String value) {
    int dot = path.indexOf('.');
    return dot < 0
        ? path + ": " + value
        : path.substring(0, dot) + ":\n  " + path.substring(dot + 1) + ": " + value;
  }

  private Config read(String yaml) throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(file, yaml);
    return Config.read(file);
  }
}
