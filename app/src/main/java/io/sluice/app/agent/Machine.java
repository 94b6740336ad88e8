package io.sluice.app.agent;

import io.sluice.app.exit.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the agent needs of the machine before it touches anything. */
public final class Machine {
  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
  private static final Path BPFFS = Path.of("/sys/fs/bpf");

  /** Bits of the effective set, see capabilities(7). */
  private static final Map<String, Integer> NEEDED =
      new TreeMap<>(Map.of("CAP_NET_ADMIN", 12, "CAP_SYS_ADMIN", 21));

  private Machine() {}

  /**
   * Checks the capabilities of this process.
   *
   * @throws Refusal naming those that are missing
   */
  public static void requirePrivileges() throws Refusal {
    long effective = 0;
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          effective = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      throw Refusal.machine("can't read /proc/self/status: " + e + "; /proc must be mounted");
    }
    long held = effective;
    String missing =
        String.join(
            ", ",
            NEEDED.keySet().stream()
                .filter(name -> (held & (1L << NEEDED.getOrDefault(name, 0))) == 0)
                .toList());
    if (!missing.isEmpty()) {
      throw Refusal.machine("this needs " + missing + ": run it as root");
    }
  }

  /** Mounts bpffs where it is not; nothing depends on it yet, so a failure is only logged. */
  public static void mountBpffs() {
    try {
      if (Files.readString(Path.of("/proc/mounts")).contains(" " + BPFFS + " bpf ")) {
        return;
      }
      Process mount =
          new ProcessBuilder("mount", "-t", "bpf", "bpf", BPFFS.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (mount.waitFor() != 0) {
        LOG.warn("can't mount bpffs on {}: mount it there before the agent starts", BPFFS);
      }
    } catch (IOException e) {
      LOG.warn("can't mount bpffs on {}: {}", BPFFS, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
