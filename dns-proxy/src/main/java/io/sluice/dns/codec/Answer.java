package io.sluice.dns.codec;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What a server has answered to a query: the message as it came, and the addresses that it gives
 * for the name that was asked; immutable.
 *
 * @param message as it came
 * @param addresses in the order of the message, none of them twice; those that the asked name or a
 *     name on its chain of CNAMEs inside this message owns, no other
 * @param aliases the names on that chain, without the asked one
 * @param types of the records in the answer section, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Answer(
    byte[] message, List<Given> addresses, List<DnsName> aliases, List<Integer> types) {
  /** The code of an answer without error. */
  public static final int NO_ERROR = 0;

  private static final int ANSWER_FLAG = 0x80;
  private static final int OPCODE = 0x78;
  private static final int TRUNCATED = 0x02;

  /**
   * An address, and how long it holds.
   *
   * @param address as packets to it have it
   * @param ttlSeconds 0..2^31-1; the least on the way from the asked name to it
   */
  public record Given(InetAddress address, long ttlSeconds) {}

  /**
   * Whether a message is an answer to a query by its header and question: the name may be written
   * in another case, everything else must be the same. The number is not looked at.
   */
  public static boolean isTo(Query query, byte[] message) {
    int end = query.questionEnd();
    return message.length >= end
        && (message[2] & ANSWER_FLAG) != 0
        && (message[2] & OPCODE) == 0
        && Wire.u16(message, 4) == 1
        && repeats(query, message, end);
  }

  /** Most servers repeat the question to the letter, some in their own case (RFC 4343, 4.1). */
  private static boolean repeats(Query query, byte[] message, int end) {
    return Arrays.equals(message, Wire.HEADER, end, query.message(), Wire.HEADER, end)
        || (Arrays.equals(message, end - 4, end, query.message(), end - 4, end)
            && query.name().equals(DnsName.ofWire(message, Wire.HEADER)));
  }

  /**
   * Reads the answer section of a message that {@link #isTo} the query.
   *
   * @param message taken over, not to be changed any more
   * @throws MalformedAnswerException if it can't be read; of a truncated one what is whole is taken
   */
  public static Answer read(Query query, byte[] message) throws MalformedAnswerException {
    return read(query, message, false);
  }

  /**
   * The same, also with the addresses that SVCB and HTTPS records hint at, as if they were those of
   * A and AAAA records.
   *
   * @param hints whether; if not, such records are not looked into
   */
  public static Answer read(Query query, byte[] message, boolean hints)
      throws MalformedAnswerException {
    return new AnswerReader(query, message, hints).read();
  }

  /** The response code of the header, 0..15. */
  public int code() {
    return message[3] & 0xf;
  }

  /** Whether the server says that there is more over TCP. */
  public boolean isTruncated() {
    return (message[2] & TRUNCATED) != 0;
  }

  /** The least TTL of its addresses, in seconds; 0 if it has none. */
  public long ttlSeconds() {
    long least = addresses.isEmpty() ? 0 : Long.MAX_VALUE;
    for (Given each : addresses) {
      least = Math.min(least, each.ttlSeconds);
    }
    return least;
  }
}
