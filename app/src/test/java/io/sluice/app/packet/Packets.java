package io.sluice.app.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Frames from one address to another such as nobody sends who means well, by what is odd about
 * them. Each ends in a token of its own, by which it is known wherever it turns up.
 */
final class Packets {
  private static final int DENIED = 9;
  private static final int STEERED = 80;
  private static final int FROM = 40_000;
  private static final byte[] MAGIC = {0x5c, (byte) 0xa9, 0x5c, (byte) 0xa9, 0x5c, (byte) 0xa9};
  private static final int TOKEN_BYTES = MAGIC.length + 2;

  private static final int MORE = 0x2000;
  private static final int HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int OPTIONS = 60;

  private final Map<String, byte[]> frames = new LinkedHashMap<>();
  private final byte[] destinationMac;
  private final InetAddress source;
  private final InetAddress destination;
  private final InetAddress another;

  private Packets(
      byte[] destinationMac, InetAddress source, InetAddress destination, InetAddress another) {
    this.destinationMac = destinationMac;
    this.source = source;
    this.destination = destination;
    this.another = another;
  }

  /**
   * All of a family.
   *
   * @param destinationMac who takes them off the link
   * @param another an address that is not the sender's, to pretend with
   */
  static Map<String, byte[]> all(
      byte[] destinationMac, InetAddress source, InetAddress destination, InetAddress another) {
    Packets packets = new Packets(destinationMac, source, destination, another);
    packets.ordinary();
    if (source.getAddress().length == 4) {
      packets.oddV4();
    } else {
      packets.oddV6();
    }
    packets.tagged();
    return packets.frames;
  }

  /** The tokens that are in what was heard: the place of the frame among all of its family. */
  static List<Integer> tokens(List<byte[]> heard) {
    List<Integer> tokens = new ArrayList<>();
    for (byte[] bytes : heard) {
      for (int i = 0; i + TOKEN_BYTES <= bytes.length; i++) {
        if (Arrays.equals(bytes, i, i + MAGIC.length, MAGIC, 0, MAGIC.length)) {
          tokens.add(ByteBuffer.wrap(bytes).getShort(i + MAGIC.length) & 0xffff);
        }
      }
    }
    return tokens;
  }

  private void ordinary() {
    add("UDP", 17, udp(DENIED));
    add("TCP SYN", 6, tcp(DENIED, Wire.SYN, 5));
    add("TCP ACK", 6, tcp(DENIED, Wire.ACK, 5));
    add("TCP without flags", 6, tcp(DENIED, 0, 5));
    add("TCP SYN, FIN, RST", 6, tcp(DENIED, 7, 5));
    add("TCP with a header longer than it is", 6, tcp(DENIED, Wire.SYN, 15));
    add("TCP with a header shorter than one", 6, tcp(DENIED, Wire.SYN, 4));
    add("TCP to a steered port, no flags", 6, tcp(STEERED, 0, 5));
    add("SCTP", 132, Wire.SCTP.opening(source, destination, FROM, DENIED));
    add("UDP-Lite", 136, udp(DENIED));
    add("DCCP", 33, udp(DENIED));
    add("IPv4 in IP", 4, inner());
    add("IPv6 in IP", 41, inner());
    add("GRE", 47, join(new byte[] {0, 0, 8, 0}, inner()));
    add("ESP", 50, inner());
    add("authentication header", 51, inner());
    add("protocol 255", 255, udp(DENIED));
  }

  private void oddV4() {
    byte[] to = destination.getAddress();
    add("from another", v4(0x45, 0, 17, another, to, token(udp(DENIED))));
    add("options", v4(0x46, 0, 17, source, to, token(udp(DENIED))));
    add("all the options there may be", v4(0x4f, 0, 6, source, to, token(tcp(DENIED, 2, 5))));
    add("header length 4", v4(0x44, 0, 17, source, to, token(udp(DENIED))));
    add("version 6 in an IPv4 frame", v4(0x65, 0, 17, source, to, token(udp(DENIED))));
    add("first fragment", v4(0x45, MORE, 17, source, to, token(udp(DENIED))));
    add("tiny first fragment", v4(0x45, MORE, 6, source, to, token(new byte[0])));
    add("fragment over the flags", v4(0x45, 1, 6, source, to, token(new byte[4])));
    add("fragment behind", v4(0x45, 100, 17, source, to, token(new byte[16])));
    add("last of 64 KiB", v4(0x45, 0x1fff, 17, source, to, token(new byte[16])));
    add("broadcast", v4(0x45, 0, 17, source, new byte[] {-1, -1, -1, -1}, token(udp(DENIED))));
    add("multicast", v4(0x45, 0, 17, source, new byte[] {(byte) 224, 0, 0, 1}, token(udp(DENIED))));
  }

  private void oddV6() {
    byte[] to = destination.getAddress();
    for (int header : new int[] {HOP, ROUTING, OPTIONS}) {
      add("behind header " + header, v6(header, source, to, extension(17, 0), token(udp(DENIED))));
    }
    byte[] routed = extension(17, 2);
    routed[3] = 1;
    add("routed on", v6(ROUTING, source, to, routed, token(udp(DENIED))));
    byte[] many = new byte[8 * 8];
    for (int i = 0; i < many.length; i += 8) {
      many[i] = (byte) (i + 8 == many.length ? 17 : OPTIONS);
    }
    add("behind eight headers", v6(OPTIONS, source, to, many, token(udp(DENIED))));
    add(
        "header that reaches beyond",
        v6(OPTIONS, source, to, extension(17, 0, 255), token(udp(9))));
    add("whole in a fragment", v6(FRAGMENT, source, to, fragment(17, 0, 0), token(udp(DENIED))));
    add("first fragment", v6(FRAGMENT, source, to, fragment(17, 0, 1), token(udp(DENIED))));
    add("tiny first fragment", v6(FRAGMENT, source, to, fragment(6, 0, 1), token(new byte[0])));
    add("fragment over the flags", v6(FRAGMENT, source, to, fragment(6, 1, 0), token(new byte[4])));
    add("fragment behind", v6(FRAGMENT, source, to, fragment(17, 9, 1), token(new byte[16])));
    add(
        "options in a fragment",
        v6(FRAGMENT, source, to, fragment(OPTIONS, 0, 0), extension(17, 0), token(udp(DENIED))));
    add(
        "fragment of a fragment",
        v6(FRAGMENT, source, to, fragment(FRAGMENT, 0, 0), fragment(17, 0, 0), token(udp(DENIED))));
    add("from another", v6(17, another, to, token(udp(DENIED))));
    add("nothing follows", v6(59, source, to, token(udp(DENIED))));
    byte[] group = InetAddress.ofLiteral("ff0e::1").getAddress();
    add("multicast", v6(17, source, group, token(udp(DENIED))));
  }

  private void tagged() {
    add("VLAN 0", tag(untagged(), 0x8100, 0));
    add("VLAN 5", tag(untagged(), 0x8100, 5));
    add("provider VLAN", tag(untagged(), 0x88a8, 0));
    add("two VLANs", tag(tag(untagged(), 0x8100, 0), 0x88a8, 0));
    add("two priorities", tag(tag(untagged(), 0x8100, 0), 0x8100, 0));
  }

  private void add(String name, int protocol, byte[] payload) {
    add(name, packet(protocol, payload));
  }

  private byte[] untagged() {
    return packet(17, udp(DENIED));
  }

  private byte[] packet(int protocol, byte[] payload) {
    byte[] to = destination.getAddress();
    byte[] whole = token(payload);
    return to.length == 4
        ? v4(0x45, 0, protocol, source, to, whole)
        : v6(protocol, source, to, whole);
  }

  private void add(String name, byte[] frame) {
    frames.put(name, frame);
  }

  /** Appends the token of the frame that is added next. */
  private byte[] token(byte[] payload) {
    short number = (short) frames.size();
    return join(payload, MAGIC, ByteBuffer.allocate(2).putShort(number).array());
  }

  private byte[] inner() {
    byte[] ip = new byte[20];
    ip[0] = 0x45;
    ip[9] = 17;
    return join(ip, udp(DENIED));
  }

  private static byte[] udp(int port) {
    return Wire.udp(FROM, port, new byte[0]);
  }

  private byte[] tcp(int port, int flags, int words) {
    byte[] tcp = Wire.tcp(source, destination, FROM, port, flags);
    tcp[12] = (byte) (words << 4);
    return tcp;
  }

  private byte[] v4(
      int first, int fragment, int protocol, InetAddress from, byte[] to, byte[] payload) {
    int header = Math.max(20, (first & 15) * 4);
    ByteBuffer ip = ByteBuffer.allocate(header).put((byte) first).put((byte) 0);
    ip.putShort((short) (header + payload.length)).putShort((short) 7).putShort((short) fragment);
    ip.put((byte) 64).put((byte) protocol).putShort((short) 0).put(from.getAddress()).put(to);
    Arrays.fill(ip.array(), ip.position(), header, (byte) 1);
    ip.putShort(10, (short) Wire.checksum(0, ip.array()));
    return frame(0x0800, ip.array(), payload);
  }

  private byte[] v6(int next, InetAddress from, byte[] to, byte[]... parts) {
    byte[] payload = join(parts);
    ByteBuffer ip = ByteBuffer.allocate(40).putInt(0x60000000).putShort((short) payload.length);
    ip.put((byte) next).put((byte) 64).put(from.getAddress()).put(to);
    return frame(0x86dd, ip.array(), payload);
  }

  private static byte[] extension(int next, int length) {
    return extension(next, length, length);
  }

  private static byte[] extension(int next, int length, int said) {
    byte[] header = new byte[8 + 8 * length];
    header[0] = (byte) next;
    header[1] = (byte) said;
    return header;
  }

  private static byte[] fragment(int next, int offset, int more) {
    ByteBuffer header = ByteBuffer.allocate(8).put((byte) next).put((byte) 0);
    return header.putShort((short) (offset << 3 | more)).putInt(7).array();
  }

  private static byte[] tag(byte[] frame, int type, int vlan) {
    ByteBuffer tagged = ByteBuffer.allocate(frame.length + 4).put(frame, 0, 12);
    return tagged
        .putShort((short) type)
        .putShort((short) vlan)
        .put(frame, 12, frame.length - 12)
        .array();
  }

  private byte[] frame(int type, byte[]... parts) {
    byte[] mac = {2, 0, 0, 0, 0, 9};
    byte[] ethertype = ByteBuffer.allocate(2).putShort((short) type).array();
    return join(destinationMac, mac, ethertype, join(parts));
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
