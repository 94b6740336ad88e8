package io.sluice.app.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A web server inside a namespace, on both families: answers every request with 200 and remembers
 * what it saw.
 */
public final class WebServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

  /**
   * A request that arrived.
   *
   * @param peer the address that it came from
   * @param method its method
   * @param target its target, path and query
   * @param bodyBytes how long its body was
   */
  public record Seen(String peer, String method, String target, long bodyBytes) {}

  private WebServer(HttpServer server) {
    this.server = server;
  }

  /** Starts one on a port. */
  public static WebServer start(NetworkNamespace network, int port) {
    // The server would otherwise hold back the end of an answer until the client acknowledges.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    WebServer started =
        new WebServer(network.call(() -> HttpServer.create(new InetSocketAddress(port), 128)));
    started.server.createContext("/", started::answer);
    started.server.setExecutor(started.threads);
    started.server.start();
    return started;
  }

  /** The requests that arrived, oldest first. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      long bodyBytes = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      String peer = exchange.getRemoteAddress().getAddress().getHostAddress();
      String target = exchange.getRequestURI().toString();
      seen.add(new Seen(peer, exchange.getRequestMethod(), target, bodyBytes));
      byte[] body = ("hello " + peer + "\n").getBytes(StandardCharsets.US_ASCII);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** Closes it and its connections at once. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
