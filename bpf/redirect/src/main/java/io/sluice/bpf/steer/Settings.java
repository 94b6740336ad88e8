package io.sluice.bpf.steer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Kernel settings of the calling thread's network namespace, by their name below {@code
 * /proc/sys/net}.
 */
final class Settings {
  private static final Path ROOT = Path.of("/proc/sys/net");

  /** What each setting that outlives our devices has to be, and why it can't stay as it is. */
  private static final Map<String, String> NEEDED =
      Map.of(
          // A packet of a steered connection that comes in by the uplink meets the proxy's
          // transparent
          // socket early, and ip_forward drops every packet that has a socket.
          "ipv4/ip_early_demux", "0");

  private Settings() {}

  /** Sets what is needed, keeping what it was. */
  static void apply(Ledger ledger) throws DatapathException {
    for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
      String current = read(needed.getKey());
      if (!current.equals(needed.getValue())) {
        ledger.keepSetting(needed.getKey(), current);
        write(needed.getKey(), needed.getValue());
      }
    }
  }

  /** Puts settings back, except those that somebody else has changed since. */
  static void restore(Ledger ledger) throws DatapathException {
    for (Map.Entry<String, String> original : ledger.settings().entrySet()) {
      String name = original.getKey();
      if (exists(name) && read(name).equals(NEEDED.get(name))) {
        write(name, original.getValue());
      }
    }
  }

  static boolean exists(String name) {
    return Files.exists(ROOT.resolve(name));
  }

  static String read(String name) throws DatapathException {
    try {
      return Files.readString(ROOT.resolve(name)).strip();
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
