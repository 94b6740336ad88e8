package io.sluice.bpf.steer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Ethernet frames, byte by byte. Nothing is checked: wrong ones are the point. */
final class Frame {
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int ACK = 0x10;

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int FRAME_BYTES = 400;

  private Frame() {}

  static byte[] of(int ethertype, byte[]... parts) {
    ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
    frame.put(new byte[] {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1}).putShort((short) ethertype);
    for (byte[] part : parts) {
      frame.put(part);
    }
    return Arrays.copyOf(frame.array(), frame.position());
  }

  static byte[] ipv4(int protocol, byte[]... payload) {
    return ipv4(0x45, 0, protocol, payload);
  }

  /**
   * An IPv4 packet.
   *
   * @param first its first byte: version and header length; missing options are filled with NOPs
   * @param fragment flags and offset
   */
  static byte[] ipv4(int first, int fragment, int protocol, byte[]... payload) {
    int header = Math.max(20, (first & 15) * 4);
    ByteBuffer ip = ByteBuffer.allocate(header);
    ip.put((byte) first).put((byte) 0).putShort((short) (header + length(payload)));
    ip.putShort((short) 1).putShort((short) fragment);
    ip.put((byte) 64).put((byte) protocol).putShort((short) 0);
    ip.put(address("10.1.0.1")).put(address("10.1.0.2"));
    while (ip.hasRemaining()) {
      ip.put((byte) 1);
    }
    return of(IPV4, join(ip.array(), payload));
  }

  static byte[] ipv6(int next, byte[]... payload) {
    return ipv6("fd01::1", next, payload);
  }

  static byte[] ipv6(String source, int next, byte[]... payload) {
    ByteBuffer ip = ByteBuffer.allocate(40);
    ip.putInt(0x60000000).putShort((short) length(payload)).put((byte) next).put((byte) 64);
    ip.put(source.equals("::ffff:10.1.0.1") ? mapped() : address(source)).put(address("fd01::2"));
    return of(IPV6, join(ip.array(), payload));
  }

  /** An extension header of 8 or more bytes. */
  static byte[] extension(int next, int length) {
    byte[] header = new byte[8 + 8 * length];
    header[0] = (byte) next;
    header[1] = (byte) length;
    return header;
  }

  /** A fragment header; the offset is in units of 8 bytes. */
  static byte[] fragment(int next, int offset, boolean more) {
    ByteBuffer header = ByteBuffer.allocate(8);
    header.put((byte) next).put((byte) 0).putShort((short) (offset << 3 | (more ? 1 : 0)));
    return header.putInt(77).array();
  }

  static byte[] tcp(int port, int flags) {
    return tcp(port, flags, 5);
  }

  static byte[] tcp(int port, int flags, int words) {
    ByteBuffer tcp = ByteBuffer.allocate(20);
    tcp.putShort((short) 40000).putShort((short) port).putInt(1).putInt(0);
    tcp.put((byte) (words << 4)).put((byte) flags).putShort((short) 1024).putInt(0);
    return tcp.array();
  }

  /** A packet of either family between two addresses. */
  static byte[] between(String source, String destination, int protocol, byte[]... payload) {
    byte[] from = address(source);
    if (from.length == 16) {
      ByteBuffer ip = ByteBuffer.allocate(40);
      ip.putInt(0x60000000).putShort((short) length(payload)).put((byte) protocol);
      ip.put((byte) 255).put(from).put(address(destination));
      return of(IPV6, join(ip.array(), payload));
    }
    ByteBuffer ip = ByteBuffer.allocate(20);
    ip.put((byte) 0x45).put((byte) 0).putShort((short) (20 + length(payload)));
    ip.putShort((short) 1).putShort((short) 0).put((byte) 64).put((byte) protocol);
    ip.putShort((short) 0).put(from).put(address(destination));
    return of(IPV4, join(ip.array(), payload));
  }

  /** The packet of a frame, as an ICMP error holds it. */
  static byte[] packetOf(byte[] frame) {
    return Arrays.copyOfRange(frame, 14, frame.length);
  }

  static byte[] tcp(int sourcePort, int port, int flags, int words) {
    byte[] tcp = tcp(port, flags, words);
    tcp[0] = (byte) (sourcePort >> 8);
    tcp[1] = (byte) sourcePort;
    return tcp;
  }

  static byte[] udp(int sourcePort, int port) {
    ByteBuffer udp = ByteBuffer.allocate(12);
    return udp.putShort((short) sourcePort).putShort((short) port).putInt(12 << 16).array();
  }

  static byte[] icmp(int type, int id) {
    ByteBuffer icmp = ByteBuffer.allocate(8);
    return icmp.put((byte) type).put((byte) 0).putShort((short) 0).putShort((short) id).array();
  }

  static byte[] sctp(int sourcePort, int port, int chunk) {
    ByteBuffer sctp = ByteBuffer.allocate(20);
    sctp.putShort((short) sourcePort).putShort((short) port).putLong(1).put((byte) chunk);
    return sctp.array();
  }

  static byte[] cut(byte[] frame, int bytes) {
    return Arrays.copyOf(frame, frame.length - bytes);
  }

  private static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException notALiteral) {
      throw new AssertionError(notALiteral);
    }
  }

  private static byte[] mapped() {
    byte[] address = new byte[16];
    address[10] = (byte) 0xff;
    address[11] = (byte) 0xff;
    System.arraycopy(address("10.1.0.1"), 0, address, 12, 4);
    return address;
  }

  private static int length(byte[]... parts) {
    return Arrays.stream(parts).mapToInt(part -> part.length).sum();
  }

  private static byte[] join(byte[] first, byte[]... rest) {
    ByteBuffer all = ByteBuffer.allocate(first.length + length(rest)).put(first);
    for (byte[] part : rest) {
      all.put(part);
    }
    return all.array();
  }
}
