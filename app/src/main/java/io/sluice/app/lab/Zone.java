package io.sluice.app.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Names and their addresses, and which names were asked for. */
public final class Zone implements NameServer.Answers {
  private static final int HEADER = 12;
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int HTTPS = 65;
  private static final int NAME_ERROR = 3;
  private static final int IPV4_BYTES = 4;
  private static final int IPV4_HINT = 4;

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  private record Entry(int ttlSeconds, List<Data> records) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Data(int type, byte[] bytes) {}

  /** Gives a name addresses in place of what it had; {@code name} without a final dot. */
  public Zone with(String name, int ttlSeconds, String... addresses) {
    entries.put(
        name,
        new Entry(
            ttlSeconds,
            Arrays.stream(addresses)
                .map(address -> InetAddress.ofLiteral(address).getAddress())
                .map(address -> new Data(address.length == IPV4_BYTES ? A : AAAA, address))
                .toList()));
    return this;
  }

  /**
   * Gives a name an HTTPS record in place of what it had, with hints at these IPv4 addresses (RFC
   * 9460, 7.3).
   */
  public Zone hinting(String name, int ttlSeconds, String... addresses) {
    ByteBuffer data = ByteBuffer.allocate(2 + 1 + 4 + addresses.length * IPV4_BYTES);
    data.putShort((short) 1).put((byte) 0); // of the first priority, for the name itself
    data.putShort((short) IPV4_HINT).putShort((short) (addresses.length * IPV4_BYTES));
    for (String address : addresses) {
      data.put(InetAddress.ofLiteral(address).getAddress());
    }
    entries.put(name, new Entry(ttlSeconds, List.of(new Data(HTTPS, data.array()))));
    return this;
  }

  /** Every name that was asked for, oldest first, each as often as it was. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public List<byte[]> to(byte[] message, boolean overTcp) {
    int end = questionEnd(message);
    String name = name(message);
    asked.add(name);
    int type = (message[end - 4] & 0xff) << 8 | (message[end - 3] & 0xff);
    Entry entry = entries.get(name);
    List<Data> records =
        entry == null
            ? List.of()
            : entry.records.stream().filter(record -> record.type == type).toList();
    return List.of(
        answer(
            message,
            end,
            entry == null ? NAME_ERROR : 0,
            entry == null ? 0 : entry.ttlSeconds,
            records));
  }

  /** The name that a query asks for, in lower case and without its final dot. */
  public static String name(byte[] query) {
    StringBuilder name = new StringBuilder();
    for (int at = HEADER; query[at] != 0; at += 1 + query[at]) {
      name.append(name.isEmpty() ? "" : ".");
      name.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
    }
    return name.toString().toLowerCase(Locale.ROOT);
  }

  private static int questionEnd(byte[] query) {
    int at = HEADER;
    while (query[at] != 0) {
      at += 1 + query[at];
    }
    return at + 5;
  }

  private static byte[] answer(
      byte[] query, int questionEnd, int code, int ttlSeconds, List<Data> records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(query, 0, 2);
      out.writeShort(0x8580 | code);
      out.writeShort(1);
      out.writeShort(records.size());
      out.writeInt(0);
      out.write(query, HEADER, questionEnd - HEADER);
      for (Data record : records) {
        out.writeShort(0xc000 | HEADER);
        out.writeShort(record.type);
        out.writeShort(1);
        out.writeInt(ttlSeconds);
        out.writeShort(record.bytes.length);
        out.write(record.bytes);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("bytes in memory", impossible);
    }
    return bytes.toByteArray();
  }
}
