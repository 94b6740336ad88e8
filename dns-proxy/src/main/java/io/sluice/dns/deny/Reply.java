package io.sluice.dns.deny;

import io.sluice.dns.codec.Fault;
import io.sluice.dns.codec.Message;
import io.sluice.dns.codec.Query;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The messages that we answer with ourselves: the client's question, a code, and where the client
 * knows EDNS the reason (RFC 8914).
 */
public final class Reply {
  /** Extended error: an error that none of the others is. */
  public static final int OTHER = 0;

  /** Extended error: policy does not allow it. */
  public static final int PROHIBITED = 18;

  /** Extended error: no server could be reached. */
  public static final int NO_REACHABLE_AUTHORITY = 22;

  private static final int FORMAT_ERROR = 1;
  private static final int SERVER_FAILURE = 2;
  private static final int NAME_ERROR = 3;
  private static final int NOT_IMPLEMENTED = 4;
  private static final int REFUSED = 5;

  private static final int EXTENDED_ERROR = 15;
  private static final int OPT = 41;
  private static final int SOA = 6;
  private static final int CLASS_IN = 1;
  private static final int UDP_PAYLOAD = 1232;

  /** Short, so that what a policy allows a moment later is not missed for long. */
  private static final int NEGATIVE_TTL_SECONDS = 5;

  private static final int SOA_DATA = 22;
  private static final int SERIAL = 1;
  private static final int REFRESH_SECONDS = 3_600;

  private Reply() {}

  /** The policy does not allow the query. */
  public static byte[] refused(Query query) {
    return reply(query, REFUSED, PROHIBITED, false);
  }

  /**
   * The same for clients that give up a whole search list at a REFUSED: the name is said not to
   * exist, for five seconds.
   */
  public static byte[] nameError(Query query) {
    return reply(query, NAME_ERROR, PROHIBITED, true);
  }

  /**
   * The query is allowed, and could not be answered.
   *
   * @param extended why, one of the extended errors above
   */
  public static byte[] serverFailure(Query query, int extended) {
    return reply(query, SERVER_FAILURE, extended, false);
  }

  /** What is said to a fault: its header only, as nothing behind that is sure; null for nothing. */
  public static byte @Nullable [] to(Fault fault) {
    return switch (fault.answer()) {
      case NONE -> null;
      case FORMAT_ERROR -> header(fault.message(), FORMAT_ERROR, 0, 0, 0).toByteArray();
      case NOT_IMPLEMENTED -> header(fault.message(), NOT_IMPLEMENTED, 0, 0, 0).toByteArray();
    };
  }

  private static byte[] reply(Query query, int code, int extended, boolean negative) {
    ByteArrayOutputStream out =
        header(query.message(), code, 1, negative ? 1 : 0, query.hasEdns() ? 1 : 0);
    int start = Message.HEADER_BYTES;
    out.write(query.message(), start, query.questionEnd() - start);
    if (negative) {
      authority(query, out);
    }
    if (query.hasEdns()) {
      edns(query, extended, out);
    }
    return out.toByteArray();
  }

  private static ByteArrayOutputStream header(
      byte[] of, int code, int questions, int authorities, int additionals) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    out.write(of, 0, 2);
    out.write(0x80 | (of[2] & 0x79)); // an answer; the operation and "recursion desired" as asked
    out.write(0x80 | (of[3] & 0x10) | code); // recursion is available; "checking disabled" as asked
    u16(questions, out);
    u16(0, out);
    u16(authorities, out);
    u16(additionals, out);
    return out;
  }

  /** An SOA of the name's parent: without one a negative answer is not kept (RFC 2308, 5). */
  private static void authority(Query query, ByteArrayOutputStream out) {
    int name = Message.HEADER_BYTES;
    int firstLabel = query.message()[name];
    u16(0xc000 | (firstLabel == 0 ? name : name + 1 + firstLabel), out);
    u16(SOA, out);
    u16(CLASS_IN, out);
    u32(NEGATIVE_TTL_SECONDS, out);
    u16(SOA_DATA, out);
    out.write(0); // the primary server and the mailbox are the root
    out.write(0);
    u32(SERIAL, out);
    u32(REFRESH_SECONDS, out);
    u32(REFRESH_SECONDS, out);
    u32(REFRESH_SECONDS, out);
    u32(NEGATIVE_TTL_SECONDS, out);
  }

  private static void edns(Query query, int extended, ByteArrayOutputStream out) {
    out.write(0);
    u16(OPT, out);
    u16(UDP_PAYLOAD, out);
    u16(0, out);
    u16(query.isDnssecOk() ? 0x8000 : 0, out);
    u16(6, out); // one option of so many bytes
    u16(EXTENDED_ERROR, out);
    u16(2, out);
    u16(extended, out);
  }

  private static void u16(int value, ByteArrayOutputStream out) {
    out.write(value >> 8);
    out.write(value);
  }

  private static void u32(int value, ByteArrayOutputStream out) {
    u16(value >>> 16, out);
    u16(value & 0xffff, out);
  }
}
