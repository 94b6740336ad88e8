package io.sluice.bpf.map;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.MapShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The maps that people may look into, and their entries as rows of named columns; values are
 * strings, numbers and booleans.
 */
public enum MapRows {
  /** The pods whose packets are judged. */
  ENDPOINTS("endpoints") {
    @Override
    void read(MemorySegment key, MemorySegment value, SequencedMap<String, Object> row) {
      int flags = value.get(JAVA_INT, EndpointValue.FLAGS);
      row.put("ifindex", key.get(JAVA_INT, 0));
      row.put("endpoint", value.get(JAVA_INT, EndpointValue.ID));
      row.put("identity", value.get(JAVA_INT, EndpointValue.IDENTITY));
      row.put("ipv4", addressOrNone(value, EndpointValue.V4));
      row.put("ipv6", addressOrNone(value, EndpointValue.V6));
      row.put("ingress", mode(flags));
      row.put("egress", mode(flags >> 1));
      row.put("bridge", value.get(JAVA_INT, EndpointValue.MASTER));
    }
  },
  /** Who the addresses are. */
  IPCACHE("identities") {
    @Override
    void read(MemorySegment key, MemorySegment value, SequencedMap<String, Object> row) {
      byte[] bytes = key.asSlice(IdentityKey.ADDRESS, Addresses.BYTES).toArray(JAVA_BYTE);
      int prefix = key.get(JAVA_INT, IdentityKey.PREFIX);
      InetAddress address = Addresses.unmapped(bytes);
      boolean v4 = address.getAddress().length < Addresses.BYTES;
      row.put(
          "prefix", address.getHostAddress() + "/" + (v4 ? prefix - Addresses.V4_PREFIX : prefix));
      row.put("identity", value.get(JAVA_INT, PeerValue.IDENTITY));
      row.put("ifindex", value.get(JAVA_INT, PeerValue.IFINDEX));
    }
  },
  /** Who addresses are by the names that they have. */
  FQDN("identities") {
    @Override
    boolean holds(MemorySegment value) {
      return value.get(JAVA_INT, PeerValue.IDENTITY) >= FIRST_LEARNED;
    }

    @Override
    void read(MemorySegment key, MemorySegment value, SequencedMap<String, Object> row) {
      byte[] bytes = key.asSlice(IdentityKey.ADDRESS, Addresses.BYTES).toArray(JAVA_BYTE);
      row.put("address", Addresses.unmapped(bytes).getHostAddress());
      row.put("identity", value.get(JAVA_INT, PeerValue.IDENTITY));
    }
  },
  /** What is allowed, steered and denied. */
  POLICY("policy") {
    @Override
    void read(MemorySegment key, MemorySegment value, SequencedMap<String, Object> row) {
      int prefix = key.get(JAVA_INT, PolicyKey.PREFIX);
      int protocol = key.get(JAVA_BYTE, PolicyKey.PROTOCOL) & 0xff;
      int first = port(key, PolicyKey.PORT);
      int last = first | (0xffff >>> Math.max(0, prefix - (PolicyKey.LONGEST_PREFIX - 16)));
      row.put("endpoint", key.get(JAVA_INT, PolicyKey.ENDPOINT));
      row.put("direction", direction(key.get(JAVA_BYTE, PolicyKey.DIRECTION)));
      row.put("identity", key.get(JAVA_INT, PolicyKey.IDENTITY));
      row.put("protocol", protocol);
      row.put("firstPort", first);
      row.put("lastPort", last);
      row.put("action", action(value.get(JAVA_BYTE, PolicyValue.ACTION)));
      row.put("audited", value.get(JAVA_BYTE, PolicyValue.AUDITED) != 0);
      row.put("rule", value.get(JAVA_INT, PolicyValue.RULE));
    }
  },
  /** What is known of connections. */
  CONNTRACK("conntrack") {
    @Override
    void read(MemorySegment key, MemorySegment value, SequencedMap<String, Object> row) {
      row.put("ifindex", key.get(JAVA_INT, Connection.IFINDEX));
      row.put("protocol", key.get(JAVA_BYTE, Connection.PROTOCOL) & 0xff);
      row.put("local", address(key, Connection.LOCAL));
      row.put("localPort", port(key, Connection.LOCAL_PORT));
      row.put("remote", address(key, Connection.REMOTE));
      row.put("remotePort", port(key, Connection.REMOTE_PORT));
      row.put("icmpType", key.get(JAVA_BYTE, Connection.ICMP_TYPE) & 0xff);
      row.put("direction", direction(value.get(JAVA_BYTE, Connection.DIRECTION)));
      row.put("open", value.get(JAVA_BYTE, Connection.STATE) != 0);
      row.put("audited", value.get(JAVA_BYTE, Connection.AUDITED) != 0);
      row.put("rule", value.get(JAVA_INT, Connection.RULE));
      row.put("idleSeconds", idleSeconds(value.get(JAVA_LONG, Connection.SEEN)));
    }
  },
  /** What each end of a connection has sent by the short-cut; an end of the proxy has ifindex 0. */
  SHORTCUT("connections") {
    @Override
    void read(MemorySegment key, MemorySegment value, SequencedMap<String, Object> row) {
      row.put("client", address(key, Exchange.CLIENT));
      row.put("clientPort", key.get(JAVA_SHORT, Exchange.CLIENT_PORT) & 0xffff);
      row.put("clientIfindex", key.get(JAVA_INT, Exchange.CLIENT_POD));
      row.put("server", address(key, Exchange.SERVER));
      row.put("serverPort", key.get(JAVA_SHORT, Exchange.SERVER_PORT) & 0xffff);
      row.put("serverIfindex", key.get(JAVA_INT, Exchange.SERVER_POD));
      row.put("joined", value.get(JAVA_INT, Exchange.JOINED) != 0);
      row.put("encrypted", value.get(JAVA_INT, Exchange.ENCRYPTED) != 0);
      row.put("clientBytes", value.get(JAVA_LONG, Exchange.CLIENT_BYTES));
      row.put("clientMessages", value.get(JAVA_LONG, Exchange.CLIENT_MESSAGES));
      row.put("serverBytes", value.get(JAVA_LONG, Exchange.SERVER_BYTES));
      row.put("serverMessages", value.get(JAVA_LONG, Exchange.SERVER_MESSAGES));
    }
  };

  /** {@code struct conntrack_key} and {@code struct conntrack}: only the programs write them. */
  static final class Connection {
    static final int IFINDEX = 0;
    static final int PROTOCOL = 4;
    static final int ICMP_TYPE = 5;
    static final int LOCAL = 8;
    static final int REMOTE = 24;
    static final int LOCAL_PORT = 40;
    static final int REMOTE_PORT = 42;
    static final int KEY_BYTES = 44;

    static final int SEEN = 0;
    static final int RULE = 16;
    static final int DIRECTION = 20;
    static final int STATE = 21;
    static final int CLOSED = 22;
    static final int AUDITED = 24;
    static final int BYTES = 32;

    private Connection() {}
  }

  /** {@code struct connection} and {@code struct exchange}: only the programs write them. */
  static final class Exchange {
    static final int CLIENT = 0;
    static final int SERVER = 16;
    static final int CLIENT_PORT = 32;
    static final int SERVER_PORT = 34;
    static final int CLIENT_POD = 44;
    static final int SERVER_POD = 48;

    static final int CLIENT_BYTES = 0;
    static final int CLIENT_MESSAGES = 8;
    static final int SERVER_BYTES = 32;
    static final int SERVER_MESSAGES = 40;
    static final int JOINED = 64;
    static final int ENCRYPTED = 68;

    private Exchange() {}
  }

  /** The identities that addresses have by their names begin here. */
  private static final int FIRST_LEARNED = 0x0300_0000;

  private final String map;

  MapRows(String map) {
    this.map = map;
  }

  /** The name that the kernel knows it by. */
  public String map() {
    return map;
  }

  /** The name that people know it by. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Gives the entries at about this moment, in no order and one after the other: there may be many.
   *
   * @param from the map with the name {@link #map}
   */
  public void each(BpfMap from, Consumer<SequencedMap<String, Object>> sink) throws BpfException {
    MapShape shape = from.shape();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(shape.keyBytes(), 8);
      MemorySegment value = arena.allocate(shape.valueBytes(), 8);
      boolean more = from.next(MemorySegment.NULL, key);
      // A map that changes could be walked for ever.
      for (int left = shape.maxEntries(); more && left > 0; left--) {
        if (from.get(key, value) && holds(value)) {
          SequencedMap<String, Object> row = new LinkedHashMap<>();
          read(key, value, row);
          sink.accept(row);
        }
        more = from.next(key, key);
      }
    }
  }

  /** Whether an entry of the map is one of these. */
  boolean holds(MemorySegment value) {
    return true;
  }

  abstract void read(MemorySegment key, MemorySegment value, SequencedMap<String, Object> row);

  private static String address(MemorySegment in, int at) {
    return Addresses.unmapped(in.asSlice(at, Addresses.BYTES).toArray(JAVA_BYTE)).getHostAddress();
  }

  private static String addressOrNone(MemorySegment in, int at) {
    byte[] bytes = in.asSlice(at, Addresses.BYTES).toArray(JAVA_BYTE);
    InetAddress address = Addresses.unmapped(bytes);
    return address.isAnyLocalAddress() ? "" : address.getHostAddress();
  }

  private static int port(MemorySegment in, int at) {
    return (in.get(JAVA_BYTE, at) & 0xff) << 8 | (in.get(JAVA_BYTE, at + 1) & 0xff);
  }

  private static String direction(byte number) {
    return number == 0 ? "ingress" : "egress";
  }

  private static String action(byte number) {
    for (Action action : Action.values()) {
      if (action.number() == number) {
        return action.name().toLowerCase(Locale.ROOT);
      }
    }
    return "unknown " + number;
  }

  private static String mode(int flags) {
    if (EndpointValue.Mode.ENFORCE.isIn(flags)) {
      return "enforce";
    }
    return EndpointValue.Mode.AUDIT.isIn(flags) ? "audit" : "none";
  }

  /** The programs' clock is that of {@link System#nanoTime}. */
  private static long idleSeconds(long seen) {
    return Math.max(0, (System.nanoTime() - seen) / 1_000_000_000L);
  }
}
