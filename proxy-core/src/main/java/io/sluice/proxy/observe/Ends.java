package io.sluice.proxy.observe;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.rule.Protocol;
import io.sluice.proxy.spi.FlowEnds;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes who talks to whom. That is the same for all flows of a TCP connection, so the newest
 * connections' texts are kept, without keeping the connections themselves. Of datagrams few have
 * their ports in common: of them only what is said of endpoint and peer is kept. For one thread.
 */
final class Ends {
  static final int MAX_NAME = 256;

  private static final int KEPT = 512; // a power of two
  private static final int MAX_LABELS = 64;
  private static final int MAX_LABEL = 400; // a prefix and a name of 253, a value of 63

  private final @Nullable Kept[] kept = new Kept[KEPT];

  /** Writes the members from {@code IP} to {@code destination}, with their leading comma. */
  void write(JsonBytes out, FlowEnds connection, boolean reply) {
    boolean datagrams = connection.carrier() == Protocol.UDP;
    String id = datagrams ? "" : connection.id();
    int hash = datagrams ? connection.peer().identity() : id.hashCode();
    int slot = (hash ^ 31 * Long.hashCode(connection.endpoint().id())) & (KEPT - 1);
    Kept known = kept[slot];
    if (known == null || !known.isAbout(id, connection)) {
      known = new Kept(id, connection);
      kept[slot] = known;
    }
    if (datagrams) {
      headers(out, connection, reply);
    }
    out.raw(reply ? known.reply : known.request);
  }

  private static void headers(JsonBytes out, FlowEnds connection, boolean reply) {
    InetSocketAddress from = reply ? connection.destination() : connection.client();
    InetSocketAddress to = reply ? connection.client() : connection.destination();
    addresses(out, from.getAddress(), to.getAddress());
    out.raw(connection.carrier() == Protocol.UDP ? ",\"l4\":{\"UDP\":{" : ",\"l4\":{\"TCP\":{");
    out.raw("\"source_port\":").number(from.getPort());
    out.raw(",\"destination_port\":").number(to.getPort()).raw("}}");
  }

  /** The member {@code IP}. */
  static void addresses(JsonBytes out, InetAddress from, InetAddress to) {
    out.raw(",\"IP\":{\"source\":").string(from.getHostAddress(), MAX_NAME);
    out.raw(",\"destination\":").string(to.getHostAddress(), MAX_NAME);
    out.raw(",\"ipVersion\":").raw(to instanceof Inet4Address ? "\"IPv4\"}" : "\"IPv6\"}");
  }

  /** The members {@code source} and {@code destination}. */
  static void parties(
      JsonBytes out, Direction direction, Endpoint endpoint, Peer peer, boolean reply) {
    Peer local =
        new Peer(endpoint.identity(), endpoint.labels(), endpoint.namespace(), endpoint.name());
    boolean localIsSource = (direction == Direction.EGRESS) != reply;
    end(out, ",\"source\":", localIsSource ? local : peer);
    end(out, ",\"destination\":", localIsSource ? peer : local);
  }

  private static void end(JsonBytes out, String name, Peer peer) {
    out.raw(name).raw("{\"identity\":").number(Integer.toUnsignedLong(peer.identity()));
    out.raw(",\"namespace\":").string(peer.namespace(), MAX_NAME);
    out.raw(",\"labels\":[");
    List<String> labels = peer.labels();
    for (int i = 0; i < Math.min(labels.size(), MAX_LABELS); i++) {
      out.raw(i == 0 ? "" : ",").string(labels.get(i), MAX_LABEL);
    }
    out.raw("],\"pod_name\":").string(peer.pod(), MAX_NAME).raw("}");
  }

  /** The texts of one connection, or of the datagrams between an endpoint and a peer. */
  private static final class Kept {
    private final String id;
    private final Direction direction;
    private final Peer peer;
    private final Endpoint endpoint;
    private final byte[] request;
    private final byte[] reply;

    /** With the addresses and ports where there is an id. */
    Kept(String id, FlowEnds connection) {
      this.id = id;
      direction = connection.direction();
      peer = connection.peer();
      endpoint = connection.endpoint();
      request = json(connection, false);
      reply = json(connection, true);
    }

    private byte[] json(FlowEnds connection, boolean isReply) {
      JsonBytes out = new JsonBytes(1024);
      if (!id.isEmpty()) {
        headers(out, connection, isReply);
      }
      parties(out, direction, endpoint, peer, isReply);
      return out.copyFrom(0);
    }

    /** The id alone is not enough: after a policy change the peer may be another identity. */
    boolean isAbout(String otherId, FlowEnds connection) {
      return id.equals(otherId)
          && direction == connection.direction()
          && peer.equals(connection.peer())
          && endpoint.equals(connection.endpoint());
    }
  }
}
