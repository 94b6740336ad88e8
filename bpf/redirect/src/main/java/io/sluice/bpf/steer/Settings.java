package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.ProcFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Kernel settings of the calling thread's network namespace, by their name below {@code
 * /proc/sys/net}.
 */
public final class Settings {
  private static final Path ROOT = Path.of("/proc/sys/net");

  /** What each setting has to become, given what it is, and why it can't stay as it is. */
  private static final Map<String, UnaryOperator<String>> NEEDED =
      Map.of(
          // A packet of a steered connection that comes in by the uplink meets the proxy's
          // transparent socket early, and ip_forward drops every packet that has a socket.
          "ipv4/ip_early_demux",
          current -> "0",
          // For both families, whatever its name says.
          "ipv4/ip_local_port_range",
          Settings::oddPortsFirst);

  private Settings() {}

  /** Sets what is needed, keeping what it was. */
  public static void apply(Ledger ledger) throws DatapathException {
    for (Map.Entry<String, UnaryOperator<String>> needed : NEEDED.entrySet()) {
      String current = read(needed.getKey());
      String wanted = needed.getValue().apply(current);
      if (!current.equals(wanted)) {
        ledger.keepSetting(needed.getKey(), current);
        write(needed.getKey(), wanted);
      }
    }
  }

  /** Puts settings back, except those that somebody else has changed since. */
  static void restore(Ledger ledger) throws DatapathException {
    for (Map.Entry<String, String> original : ledger.settings().entrySet()) {
      String name = original.getKey();
      UnaryOperator<String> needed = NEEDED.get(name);
      if (needed != null && exists(name) && read(name).equals(needed.apply(original.getValue()))) {
        write(name, original.getValue());
      }
    }
  }

  /**
   * The same range of ports, beginning with an odd one.
   *
   * <p>A connection between two pods of the node that both ends inspect is proxied twice. The first
   * proxied way must not leave from a port that the pod itself uses towards the same server: the
   * second would then have the addresses and ports of another connection's first, in one namespace.
   * A connecting socket takes ports of the parity of the range's begin for as long as there are
   * any, so that pods, whose ranges begin with an even port, and the proxy keep out of each other's
   * way.
   */
  static String oddPortsFirst(String range) {
    String[] ends = range.split("\\s+", 2);
    int first = Integer.parseInt(ends[0]);
    return (first & 1) == 1 ? range : (first + 1) + "\t" + ends[1];
  }

  static boolean exists(String name) {
    return Files.exists(ROOT.resolve(name));
  }

  static String read(String name) throws DatapathException {
    try {
      return ProcFile.read(ROOT.resolve(name));
    } catch (IOException failed) {
      throw new DatapathException("can't read the setting net/" + name + ": " + failed, failed);
    }
  }

  static void write(String name, String value) throws DatapathException {
    try {
      Files.writeString(ROOT.resolve(name), value);
    } catch (IOException failed) {
      throw new DatapathException(
          "can't set net/" + name + " to " + value + " (is /proc/sys writable?): " + failed,
          failed);
    }
  }
}
