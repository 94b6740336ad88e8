package io.sluice.app.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Names and their addresses, and which names were asked for. */
public final class Zone implements NameServer.Answers {
  private static final int HEADER = 12;
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int NAME_ERROR = 3;

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private record Entry(int ttlSeconds, List<InetAddress> addresses) {}

  /** Gives a name addresses in place of those it had; {@code name} without a final dot. */
  public Zone with(String name, int ttlSeconds, String... addresses) {
    entries.put(
        name, new Entry(ttlSeconds, Arrays.stream(addresses).map(InetAddress::ofLiteral).toList()));
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
    List<InetAddress> addresses =
        entry == null
            ? List.of()
            : entry.addresses.stream().filter(address -> type(address) == type).toList();
    return List.of(
        answer(
            message,
            end,
            entry == null ? NAME_ERROR : 0,
            entry == null ? 0 : entry.ttlSeconds,
            addresses));
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

  private static int type(InetAddress address) {
    return address.getAddress().length == 4 ? A : AAAA;
  }

  private static byte[] answer(
      byte[] query, int questionEnd, int code, int ttlSeconds, List<InetAddress> addresses) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(query, 0, 2);
      out.writeShort(0x8580 | code);
      out.writeShort(1);
      out.writeShort(addresses.size());
      out.writeInt(0);
      out.write(query, HEADER, questionEnd - HEADER);
      for (InetAddress address : addresses) {
        out.writeShort(0xc000 | HEADER);
        out.writeShort(type(address));
        out.writeShort(1);
        out.writeInt(ttlSeconds);
        out.writeShort(address.getAddress().length);
        out.write(address.getAddress());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("bytes in memory", impossible);
    }
    return bytes.toByteArray();
  }
}
