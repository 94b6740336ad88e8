package io.sluice.bpf.steer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the calling thread may do what the datapath does. */
public final class Privileges {
  private static final Path STATUS = Path.of("/proc/thread-self/status");
  private static final String EFFECTIVE = "CapEff:";

  /** Bits of linux/capability.h. */
  private static final int CAP_NET_ADMIN = 12;

  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_PERFMON = 38;
  private static final int CAP_BPF = 39;

  private Privileges() {}

  /**
   * Passes with CAP_NET_ADMIN and either CAP_SYS_ADMIN or both CAP_BPF and CAP_PERFMON.
   *
   * @throws DatapathException names what is missing
   */
  static void require() throws DatapathException {
    long held = effective();
    boolean bpf = has(held, CAP_SYS_ADMIN) || (has(held, CAP_BPF) && has(held, CAP_PERFMON));
    if (!has(held, CAP_NET_ADMIN) || !bpf) {
      throw new DatapathException(
          "steering needs CAP_NET_ADMIN, CAP_BPF and CAP_PERFMON: run as root or grant them");
    }
  }

  /**
   * Passes with CAP_NET_ADMIN.
   *
   * @throws DatapathException names what is missing
   */
  public static void requireNetAdmin() throws DatapathException {
    if (!has(effective(), CAP_NET_ADMIN)) {
      throw new DatapathException("steering needs CAP_NET_ADMIN: run as root or grant it");
    }
  }

  /** What to look at when the kernel refuses though {@link #require} passed. */
  static String advice() {
    return " (expected: Linux 5.13 or later with CONFIG_BPF_SYSCALL, CONFIG_NET_CLS_BPF,"
        + " CONFIG_NET_SCH_INGRESS and CONFIG_DEBUG_INFO_BTF; here: Linux "
        + System.getProperty("os.version")
        + ")";
  }

  private static boolean has(long held, int capability) {
    return (held >>> capability & 1) != 0;
  }

  private static long effective() throws DatapathException {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(EFFECTIVE)) {
          return Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16);
        }
      }
    } catch (IOException failed) {
      throw new DatapathException("can't read " + STATUS + ": is /proc mounted?", failed);
    }
    throw new DatapathException("no line " + EFFECTIVE + " in " + STATUS);
  }
}
