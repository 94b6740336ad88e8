package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/**
 * A verdict on a packet as the ring buffer carries it: {@code struct event}.
 *
 * @param time CLOCK_MONOTONIC in nanoseconds, the clock of {@link System#nanoTime}
 * @param endpoint the pod
 * @param identity the peer; 0 if it was not asked for
 * @param rule what the policy entry carries
 * @param source who sent it; {@code ::} if that could not be parsed
 * @param destination whom it was for; {@code ::} if that could not be parsed
 * @param sourcePort in host order
 * @param destinationPort in host order; the type of ICMP and ICMPv6
 * @param protocol IANA's number
 * @param egress direction
 * @param passed whether it passed
 * @param audited whether the audited policies alone would have it otherwise
 * @param reason number of {@code enum reason}
 * @param opens whether the packet says that it opens a connection
 * @param reply whether it goes the other way than its connection was opened
 */
public record Event(
    long time,
    int endpoint,
    int identity,
    int rule,
    InetAddress source,
    InetAddress destination,
    int sourcePort,
    int destinationPort,
    int protocol,
    boolean egress,
    boolean passed,
    boolean audited,
    int reason,
    boolean opens,
    boolean reply) {
  static final int TIME = 0;
  static final int ENDPOINT = 8;
  static final int IDENTITY = 12;
  static final int RULE = 16;
  static final int SOURCE = 20;
  static final int DESTINATION = 36;
  static final int SOURCE_PORT = 52;
  static final int DESTINATION_PORT = 54;
  static final int PROTOCOL = 56;
  static final int DIRECTION = 57;
  static final int PASSED = 58;
  static final int AUDITED = 59;
  static final int REASON = 60;
  static final int OPENS = 61;
  static final int REPLY = 62;
  static final int BYTES = 72;

  /** Reads one record of the ring buffer. */
  public static Event read(MemorySegment record) {
    return new Event(
        record.get(JAVA_LONG_UNALIGNED, TIME),
        record.get(JAVA_INT, ENDPOINT),
        record.get(JAVA_INT, IDENTITY),
        record.get(JAVA_INT, RULE),
        address(record, SOURCE),
        address(record, DESTINATION),
        port(record, SOURCE_PORT),
        port(record, DESTINATION_PORT),
        record.get(JAVA_BYTE, PROTOCOL) & 0xff,
        record.get(JAVA_BYTE, DIRECTION) == 1,
        record.get(JAVA_BYTE, PASSED) == 1,
        record.get(JAVA_BYTE, AUDITED) == 1,
        record.get(JAVA_BYTE, REASON),
        record.get(JAVA_BYTE, OPENS) == 1,
        record.get(JAVA_BYTE, REPLY) == 1);
  }

  private static InetAddress address(MemorySegment record, int at) {
    return Addresses.unmapped(record.asSlice(at, Addresses.BYTES).toArray(JAVA_BYTE));
  }

  private static int port(MemorySegment record, int at) {
    return (record.get(JAVA_BYTE, at) & 0xff) << 8 | (record.get(JAVA_BYTE, at + 1) & 0xff);
  }
}
