package io.sluice.dns.codec;

import io.sluice.dns.codec.Fault.Response;
import io.sluice.dns.match.DnsName;

/** Reads what clients send: a message with two readings, or with none, is a fault. */
final class QueryReader {
  private static final int ANSWER_FLAG = 0x80;
  private static final int OPCODE = 0x78;
  private static final int OPT = 41;
  private static final int DNSSEC_OK = 0x80;

  private QueryReader() {}

  static Received read(byte[] message) {
    if (message.length < Wire.HEADER) {
      return new Fault(message, Response.NONE, "shorter than a header");
    }
    if ((message[2] & ANSWER_FLAG) != 0) {
      // To answer an answer is to start a loop between two servers.
      return new Fault(message, Response.NONE, "an answer, not a query");
    }
    if ((message[2] & OPCODE) != 0) {
      return new Fault(message, Response.NOT_IMPLEMENTED, "an operation other than a query");
    }
    if (Wire.u16(message, 4) != 1) {
      return malformed(message, "not exactly one question");
    }
    // A question has nothing before it that it could point to: pointers in it are refused.
    DnsName name = DnsName.ofWire(message, Wire.HEADER);
    if (name == null || Wire.HEADER + name.wireLength() + 4 > message.length) {
      return malformed(message, "no whole question");
    }
    return records(message, name, Wire.HEADER + name.wireLength() + 4);
  }

  /** Walks over what follows the question, up to the end. */
  private static Received records(byte[] message, DnsName name, int questionEnd) {
    int additional = Wire.u16(message, 10);
    int count = Wire.u16(message, 6) + Wire.u16(message, 8) + additional;
    int at = questionEnd;
    int opt = Wire.NONE;
    for (int left = count; left > 0; left--) {
      int fixed = Wire.behindName(message, at);
      int end = Wire.behindRecord(message, fixed);
      if (end == Wire.NONE) {
        return malformed(message, "fewer or other records than it says");
      }
      if (Wire.u16(message, fixed) == OPT) {
        // One, of the root, and nowhere else (RFC 6891, 6.1.1 and 6.1.2).
        if (opt != Wire.NONE || left > additional || fixed != at + 1) {
          return malformed(message, "OPT twice or out of its place");
        }
        opt = fixed;
      }
      at = end;
    }
    if (at != message.length) {
      return malformed(message, "bytes behind the last record");
    }
    boolean dnssecOk = opt != Wire.NONE && (message[opt + 6] & DNSSEC_OK) != 0;
    return new Query(message, name, questionEnd, opt != Wire.NONE, dnssecOk);
  }

  private static Fault malformed(byte[] message, String reason) {
    return new Fault(message, Response.FORMAT_ERROR, reason);
  }
}
