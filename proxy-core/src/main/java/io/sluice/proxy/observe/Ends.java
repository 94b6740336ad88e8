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
 * Writes who talks to whom. That is the same for all flows of a connection, so the newest
 * connections' texts are kept, without keeping the connections themselves. For one thread.
 */
final class Ends {
  static final int MAX_NAME = 256;

  private static final int KEPT = 512; // a power of two
  private static final int MAX_LABELS = 64;
  private static final int MAX_LABEL = 400; // a prefix and a name of 253, a value of 63

  private final @Nullable Kept[] kept = new Kept[KEPT];

  /** The members from {@code IP} to {@code destination}, with their leading comma. */
  byte[] of(FlowEnds connection, boolean reply) {
    int slot = connection.id().hashCode() & (KEPT - 1);
    Kept known = kept[slot];
    if (known == null || !known.isAbout(connection)) {
      known = new Kept(connection);
      kept[slot] = known;
    }
    return reply ? known.reply : known.request;
  }

  private static byte[] json(FlowEnds connection, boolean reply) {
    JsonBytes out = new JsonBytes(1024);
    InetSocketAddress from = reply ? connection.destination() : connection.client();
    InetSocketAddress to = reply ? connection.client() : connection.destination();
    addresses(out, from.getAddress(), to.getAddress());
    out.raw(connection.carrier() == Protocol.UDP ? ",\"l4\":{\"UDP\":{" : ",\"l4\":{\"TCP\":{");
    out.raw("\"source_port\":").number(from.getPort());
    out.raw(",\"destination_port\":").number(to.getPort()).raw("}}");
    parties(out, connection.direction(), connection.endpoint(), connection.peer(), reply);
    return out.copyFrom(0);
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

  /** The texts of one connection. */
  private static final class Kept {
    private final String id;
    private final Peer peer;
    private final Endpoint endpoint;
    private final byte[] request;
    private final byte[] reply;

    Kept(FlowEnds connection) {
      id = connection.id();
      peer = connection.peer();
      endpoint = connection.endpoint();
      request = json(connection, false);
      reply = json(connection, true);
    }

    /** The id alone is not enough: after a policy change the peer may be another identity. */
    boolean isAbout(FlowEnds connection) {
      return id.equals(connection.id())
          && peer.equals(connection.peer())
          && endpoint.equals(connection.endpoint());
    }
  }
}
