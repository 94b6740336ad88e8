package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/**
 * A refused SYN as the ring buffer carries it: {@code struct event}.
 *
 * @param time CLOCK_MONOTONIC in nanoseconds, the clock of {@link System#nanoTime}
 * @param endpoint the pod
 * @param identity the peer
 * @param source who sent it
 * @param destination whom it was for
 * @param sourcePort in host order
 * @param destinationPort in host order
 * @param egress direction
 * @param noProxy whether a listener was missing; else no entry allowed it
 */
public record Event(
    long time,
    int endpoint,
    int identity,
    InetAddress source,
    InetAddress destination,
    int sourcePort,
    int destinationPort,
    boolean egress,
    boolean noProxy) {
  static final int TIME = 0;
  static final int ENDPOINT = 8;
  static final int IDENTITY = 12;
  static final int SOURCE = 16;
  static final int DESTINATION = 32;
  static final int SOURCE_PORT = 48;
  static final int DESTINATION_PORT = 50;
  static final int DIRECTION = 52;
  static final int REASON = 53;
  static final int BYTES = 56;

  /** Reads one record of the ring buffer. */
  public static Event read(MemorySegment record) {
    return new Event(
        record.get(JAVA_LONG_UNALIGNED, TIME),
        record.get(JAVA_INT, ENDPOINT),
        record.get(JAVA_INT, IDENTITY),
        address(record, SOURCE),
        address(record, DESTINATION),
        port(record, SOURCE_PORT),
        port(record, DESTINATION_PORT),
        record.get(JAVA_BYTE, DIRECTION) == 1,
        record.get(JAVA_BYTE, REASON) == 1);
  }

  private static InetAddress address(MemorySegment record, int at) {
    return Addresses.unmapped(record.asSlice(at, Addresses.BYTES).toArray(JAVA_BYTE));
  }

  private static int port(MemorySegment record, int at) {
    return (record.get(JAVA_BYTE, at) & 0xff) << 8 | (record.get(JAVA_BYTE, at + 1) & 0xff);
  }
}
