package io.sluice.proxy.config;

import io.sluice.proxy.spi.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What can be configured; each has a default.
 *
 * @param eventLoops threads that carry connections, at least 1
 * @param limits the bounds that a peer's traffic meets
 * @param flowRing flow records that may wait to be written
 * @param redactedHeaders headers whose values are hidden, beside the usual ones
 * @param adminAnyInterface whether the admin address may be one that others can reach
 * @param audit whether every policy of the world folder is audited
 * @param allSources whether also pods that no policy selects send from their own addresses only
 * @param takeOverDrain how long connections may go on after another agent has taken over
 * @param dns what concerns queries and learned addresses
 */
public record Config(
    int eventLoops,
    Limits limits,
    int flowRing,
    List<String> redactedHeaders,
    boolean adminAnyInterface,
    boolean audit,
    boolean allSources,
    Duration takeOverDrain,
    DnsConfig dns) {

  /** Everything by default. */
  public static Config defaults() {
    return of(new Values());
  }

  /**
   * Reads a file strictly.
   *
   * @throws ConfigException if it can't be read, or a key or value in it is not known
   */
  public static Config read(Path file) throws ConfigException {
    return of(ConfigFile.read(file));
  }

  /** Explains every key: default, unit, what it means. */
  public static String help() {
    StringBuilder help = new StringBuilder("Keys of --config (YAML; a.b is b inside a):\n");
    Key.ALL.forEach(key -> help.append(describe(key)));
    return help.toString();
  }

  private static Config of(Values values) {
    int loops = values.get(Key.EVENT_LOOPS);
    return new Config(
        loops > 0 ? loops : Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        new Limits(
            values.get(Key.REQUEST_LINE),
            values.get(Key.HEADERS),
            values.get(Key.HEADER_FIELDS),
            values.get(Key.HEADER_TIMEOUT),
            values.get(Key.DRAIN),
            values.get(Key.IDLE_TIMEOUT),
            values.get(Key.CONNECT_TIMEOUT),
            values.get(Key.CONNECTIONS_PER_ENDPOINT),
            values.get(Key.CONNECTIONS)),
        values.get(Key.FLOW_RING),
        values.get(Key.REDACTED_HEADERS),
        values.get(Key.ADMIN_ANY_INTERFACE),
        values.get(Key.AUDIT),
        values.get(Key.ALL_SOURCES),
        values.get(Key.TAKE_OVER_DRAIN),
        DnsKeys.of(values));
  }

  private static <T> String describe(Key<T> key) {
    return "\n  "
        + key.path()
        + ": "
        + key.setting().text(key.byDefault())
        + "\n      "
        + key.meaning()
        + "\n      Unit: "
        + key.unit()
        + "; expected: "
        + key.setting().expected()
        + ".\n";
  }
}
