package io.sluice.bpf.steer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Servers that run until closed: one that says whom it sees, and a proxy of lines. */
final class Peers implements AutoCloseable {
  /** A line that makes the proxy close the connection. */
  static final String CLOSE = "close";

  private final List<Tcp> sockets = new ArrayList<>();

  /** Answers each line with the address of its peer and the line. */
  void server(Namespace in, InetSocketAddress at) throws Exception {
    Tcp listening = in.call(() -> Tcp.listening(at, false));
    serve(
        listening,
        peer -> {
          String seen = peer.remote().getAddress().getHostAddress();
          for (String line = peer.readLine(); line != null; line = peer.readLine()) {
            peer.sendLine(seen + " " + line);
          }
        });
  }

  /**
   * Relays each line to where it was meant for, from the client's own address, and puts "via "
   * before the answer.
   */
  Tcp proxy(Namespace node, Steering datapath, Listener slot) throws Exception {
    boolean ipv6 = slot == Listener.INGRESS_V6 || slot == Listener.EGRESS_V6;
    InetSocketAddress at = new InetSocketAddress(ipv6 ? "::1" : "127.0.0.1", 0);
    Tcp listening = node.call(() -> Tcp.listening(at, true));
    node.call(
        () -> {
          datapath.listen(slot, listening.fd);
          return null;
        });
    boolean egress = slot == Listener.EGRESS_V4 || slot == Listener.EGRESS_V6;
    serve(
        listening,
        client -> {
          try (Tcp upstream = node.call(() -> Tcp.make(ipv6, 5))) {
            upstream.transparent();
            upstream.mark(egress ? Marks.UPSTREAM_EGRESS : Marks.UPSTREAM_INGRESS);
            upstream.bindAddress(client.remote().getAddress());
            upstream.connect(client.local());
            for (String line = client.readLine();
                line != null && !line.equals(CLOSE);
                line = client.readLine()) {
              upstream.sendLine(line);
              client.sendLine("via " + upstream.readLine());
            }
          }
        });
    return listening;
  }

  @Override
  public void close() throws IOException {
    for (Tcp socket : sockets) {
      socket.close();
    }
  }

  private interface Conversation {
    void with(Tcp peer) throws Exception;
  }

  private void serve(Tcp listening, Conversation conversation) {
    sockets.add(listening);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              while (true) {
                try {
                  Tcp peer = listening.accept();
                  Thread.ofPlatform().daemon().start(() -> converse(peer, conversation));
                } catch (Tcp.Failed failed) {
                  if (failed.errno != Tcp.EAGAIN) {
                    return;
                  }
                } catch (IOException impossible) {
                  return;
                }
              }
            });
  }

  private static void converse(Tcp peer, Conversation conversation) {
    try (peer) {
      conversation.with(peer);
    } catch (Exception ended) {
      // The other side sees the closed connection; tests assert on that.
    }
  }
}
