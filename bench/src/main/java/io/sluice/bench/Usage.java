package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What the kernel has counted for a process, and for the machine. */
public final class Usage {
  static final double KIB_PER_MIB = 1024;

  /** The unit of CPU time in {@code /proc}: USER_HZ, 100 on every Linux that Java runs on. */
  private static final long MICROS_PER_TICK = 10_000;

  private static final int STAT_UTIME = 11;
  private static final int STAT_STIME = 12;
  private static final int STEAL = 8;

  private Usage() {}

  /** User and system time of all threads of a process since it started, in µs. */
  public static long cpuMicros(long pid) {
    String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
    // The name in parentheses may hold spaces: the fields are counted from behind it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[STAT_UTIME]) + Long.parseLong(fields[STAT_STIME]))
        * MICROS_PER_TICK;
  }

  /** Resident memory of a process, in KiB. */
  public static long residentKib(long pid) {
    return kib(Path.of("/proc", Long.toString(pid), "status"), "VmRSS:");
  }

  /** Resident memory with what is shared divided by the number of sharers, in KiB. */
  static long proportionalKib(long pid) {
    return kib(Path.of("/proc", Long.toString(pid), "smaps_rollup"), "Pss:");
  }

  /**
   * Time of all CPUs since the machine started.
   *
   * @param total in ticks
   * @param stolen by the machine's host, in ticks
   */
  public record Machine(long total, long stolen) {
    /** As of now. */
    public static Machine now() {
      String[] fields =
          read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +", -1);
      return new Machine(
          Arrays.stream(fields).skip(1).limit(STEAL).mapToLong(Long::parseLong).sum(),
          Long.parseLong(fields[STEAL]));
    }

    /** The share of the time since then that the machine's host took away, 0 to 1. */
    public double stolenSince(Machine before) {
      return (double) (stolen - before.stolen) / Math.max(1, total - before.total);
    }
  }

  private static long kib(Path file, String key) {
    return read(file)
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file, e);
    }
  }
}
