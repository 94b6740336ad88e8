package io.sluice.dns.codec;

import io.sluice.dns.match.DnsName;

/** A standard query with exactly one question, well formed to its last byte; immutable. */
public final class Query implements Received {
  private static final int IXFR = 251;
  private static final int AXFR = 252;

  private final byte[] message;
  private final DnsName name;
  private final int questionEnd;
  private final boolean edns;
  private final boolean dnssecOk;

  Query(byte[] message, DnsName name, int questionEnd, boolean edns, boolean dnssecOk) {
    this.message = message;
    this.name = name;
    this.questionEnd = questionEnd;
    this.edns = edns;
    this.dnssecOk = dnssecOk;
  }

  @Override
  public byte[] message() {
    return message;
  }

  /** The client's number for it, 0..65535. */
  public int id() {
    return Wire.u16(message, 0);
  }

  /** The name that it asks for. */
  public DnsName name() {
    return name;
  }

  /** The type of the records that it asks for, 0..65535. */
  public int type() {
    return Wire.u16(message, questionEnd - 4);
  }

  /** Whether it is about the Internet; nothing else is forwarded. */
  public boolean isInternet() {
    return Wire.u16(message, questionEnd - 2) == Wire.CLASS_IN;
  }

  /** Whether it asks for a whole zone, AXFR or IXFR. */
  public boolean isTransfer() {
    return type() == IXFR || type() == AXFR;
  }

  /** Where its question ends in {@link #message}; it begins at 12. */
  public int questionEnd() {
    return questionEnd;
  }

  /** Whether it has an OPT record, so that its answers may have one (RFC 6891, 6.1.1). */
  public boolean hasEdns() {
    return edns;
  }

  /** Whether it asks for DNSSEC's records; answers repeat it (RFC 3225, 3). */
  public boolean isDnssecOk() {
    return dnssecOk;
  }

  /** The same bytes under another number, for the way to the server. */
  public byte[] numbered(int id) {
    return Message.numbered(message, id);
  }
}
