package io.sluice.app.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A protocol that packets are made of by hand: what follows the IP header, byte by byte. */
enum Wire {
  TCP("TCP", 6, 6),
  UDP("UDP", 17, 17),
  SCTP("SCTP", 132, 132),
  PING("ICMP", 1, 58);

  static final int SYN = 0x02;
  static final int ACK = 0x10;

  private static final int SYN_ACK = SYN | ACK;
  private static final int INIT = 1;
  private static final int INIT_ACK = 2;
  private static final int ECHO = 8;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO_6 = 128;
  private static final int ECHO_REPLY_6 = 129;

  /** As flows name its member; of ICMP followed by the family. */
  final String member;

  private final int number;
  private final int numberV6;

  Wire(String member, int number, int numberV6) {
    this.member = member;
    this.number = number;
    this.numberV6 = numberV6;
  }

  int number(boolean v6) {
    return v6 ? numberV6 : number;
  }

  /** The destination port of a ping, as flows give it: its type. */
  static int echo(boolean v6) {
    return v6 ? ECHO_6 : ECHO;
  }

  /** The packet that opens: a SYN, a datagram, an INIT, an echo request, whose id is `from`. */
  byte[] opening(InetAddress source, InetAddress destination, int from, int to) {
    boolean v6 = source.getAddress().length == 16;
    return switch (this) {
      case TCP -> tcp(source, destination, from, to, SYN);
      case UDP -> udp(from, to, "a datagram".getBytes());
      case SCTP -> sctp(from, to, INIT, 0);
      case PING -> ping(v6, from, 0);
    };
  }

  /** The answer to an INIT. */
  static byte[] initAck(int from, int to) {
    return sctp(from, to, INIT_ACK, 1);
  }

  /** Whether a payload opens something, as {@link #opening} makes it. */
  boolean opens(boolean v6, byte[] payload) {
    return switch (this) {
      case TCP -> (payload[13] & SYN_ACK) == SYN;
      case UDP -> true;
      case SCTP -> payload[12] == INIT;
      case PING -> (payload[0] & 255) == (v6 ? ECHO_6 : ECHO);
    };
  }

  /** Whether a payload is a good answer to one that opens. */
  boolean answers(boolean v6, byte[] payload) {
    return switch (this) {
      case TCP -> (payload[13] & SYN_ACK) == SYN_ACK;
      case UDP -> true;
      case SCTP -> payload[12] == INIT_ACK;
      case PING -> (payload[0] & 255) == (v6 ? ECHO_REPLY_6 : ECHO_REPLY);
    };
  }

  int sourcePort(byte[] payload) {
    return port(payload, this == PING ? 4 : 0);
  }

  int destinationPort(byte[] payload) {
    return port(payload, this == PING ? 4 : 2);
  }

  /** Of an ICMPv6 packet the kernel makes the checksum. */
  static byte[] ping(boolean v6, int id, int sequence) {
    ByteBuffer icmp = ByteBuffer.allocate(8).put((byte) echo(v6)).put((byte) 0).putShort((short) 0);
    icmp.putShort((short) id).putShort((short) sequence);
    return v6 ? icmp.array() : icmp.putShort(2, (short) checksum(0, icmp.array())).array();
  }

  static int sequence(byte[] ping) {
    return port(ping, 6);
  }

  /** Without a checksum, which IPv4 allows. */
  static byte[] udp(int from, int to, byte[] data) {
    ByteBuffer udp =
        ByteBuffer.allocate(8 + data.length).putShort((short) from).putShort((short) to);
    return udp.putShort((short) (8 + data.length)).putShort((short) 0).put(data).array();
  }

  static byte[] tcp(InetAddress source, InetAddress destination, int from, int to, int flags) {
    ByteBuffer tcp = ByteBuffer.allocate(20).putShort((short) from).putShort((short) to);
    tcp.putInt(1_000).putInt(0).put((byte) 0x50).put((byte) flags).putShort((short) 1024);
    byte[] segment = tcp.array();
    int pseudo = sum(sum(0, source.getAddress()), destination.getAddress()) + 6 + segment.length;
    return tcp.putShort(16, (short) checksum(pseudo, segment)).array();
  }

  private static byte[] sctp(int from, int to, int chunk, int tag) {
    ByteBuffer sctp = ByteBuffer.allocate(32).putShort((short) from).putShort((short) to);
    sctp.putInt(tag).putInt(0).put((byte) chunk).put((byte) 0).putShort((short) 20);
    sctp.putInt(1).putInt(65_536).putShort((short) 1).putShort((short) 1).putInt(1);
    CRC32C checksum = new CRC32C();
    checksum.update(sctp.array());
    return sctp.putInt(8, Integer.reverseBytes((int) checksum.getValue())).array();
  }

  private static int port(byte[] payload, int at) {
    return ByteBuffer.wrap(payload).getShort(at) & 0xffff;
  }

  /** RFC 1071, with the sum of what else it covers. */
  static int checksum(int before, byte[] bytes) {
    int sum = sum(before, bytes);
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return ~sum & 0xffff;
  }

  private static int sum(int before, byte[] bytes) {
    int sum = before;
    for (int i = 0; i < bytes.length; i += 2) {
      sum += (bytes[i] & 255) << 8 | (i + 1 < bytes.length ? bytes[i + 1] & 255 : 0);
    }
    return sum;
  }
}
