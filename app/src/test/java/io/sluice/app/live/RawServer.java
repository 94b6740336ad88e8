package io.sluice.app.live;

import io.sluice.app.lab.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server inside a namespace whose every byte a test decides. */
final class RawServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** What is done with each connection. */
  interface Handler {
    void handle(Socket socket) throws IOException;
  }

  private RawServer(ServerSocket listener) {
    this.listener = listener;
  }

  static RawServer start(NetworkNamespace network, int port, Handler handler) {
    RawServer server =
        new RawServer(
            network.call(
                () -> {
                  ServerSocket listener = new ServerSocket();
                  listener.setReuseAddress(true);
                  listener.bind(new InetSocketAddress(port));
                  return listener;
                }));
    Thread.ofVirtual().start(() -> server.accept(handler));
    return server;
  }

  private void accept(Handler handler) {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket, handler));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket, Handler handler) {
    try (socket) {
      handler.handle(socket);
    } catch (IOException ended) {
      // The other side is gone: the test asserts on what it saw.
    } finally {
      sockets.remove(socket);
    }
  }

  /** Reads a head, up to and with its empty line; shorter only if the connection ends. */
  static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  int open() {
    return sockets.size();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
