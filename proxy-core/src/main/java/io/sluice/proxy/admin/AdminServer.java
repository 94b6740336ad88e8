package io.sluice.proxy.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers operators' questions: one GET a connection, so many at a time, each within ten seconds.
 * Changes nothing.
 *
 * <p>Plain blocking sockets on virtual threads: it takes Unix sockets too, which the JDK's own HTTP
 * server does not, and stays off the event loops.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> PATHS =
      List.of("/healthz", "/readyz", "/metrics", "/status", "/config_dump", "/fqdn");
  private static final int MAX_HEAD_BYTES = 8 * 1024;
  private static final int MAX_CONNECTIONS = 32;
  private static final long DEADLINE_SECONDS = 10;

  /** A process that has no file descriptor left would spin on accept(). */
  private static final long PAUSE_AFTER_FAILURE = TimeUnit.SECONDS.toNanos(1);

  private static final String TEXT = "text/plain; charset=utf-8";

  private final ServerSocketChannel listener;
  private final AdminPages pages;
  private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("admin-deadlines").factory());

  private AdminServer(ServerSocketChannel listener, AdminPages pages) {
    this.listener = listener;
    this.pages = pages;
  }

  /**
   * Binds and starts to answer.
   *
   * @param address {@code ADDRESS:PORT} (port 0: any free one) or {@code unix:PATH}
   * @param anyInterface whether an address other than loopback is allowed
   * @param pages what is shown
   * @throws IOException if the address is taken or can't be bound; the message names it
   * @throws IllegalArgumentException if it is no such address
   */
  public static AdminServer start(String address, boolean anyInterface, AdminPages pages)
      throws IOException {
    SocketAddress parsed = AdminAddress.parse(address, anyInterface);
    ServerSocketChannel listener;
    try {
      listener = bind(parsed);
    } catch (IOException failure) {
      String hint =
          failure instanceof BindException
              ? "; it is taken, or not an address of this machine: choose another with --admin"
              : "";
      throw new IOException(
          "admin address " + address + ": " + failure.getMessage() + hint, failure);
    }
    AdminServer server = new AdminServer(listener, pages);
    Thread.ofPlatform().daemon().name("admin").start(server::accept);
    return server;
  }

  /** Where it listens. */
  public SocketAddress address() {
    try {
      return listener.getLocalAddress();
    } catch (IOException closed) {
      throw new IllegalStateException("the admin server is closed", closed);
    }
  }

  @Override
  public void close() throws IOException {
    SocketAddress address = address();
    listener.close();
    deadlines.shutdownNow();
    if (address instanceof UnixDomainSocketAddress unix) {
      Files.deleteIfExists(unix.getPath());
    }
  }

  private static ServerSocketChannel bind(SocketAddress address) throws IOException {
    if (!(address instanceof UnixDomainSocketAddress unix)) {
      ServerSocketChannel listener = ServerSocketChannel.open();
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return bind(listener, address);
    }
    if (Files.exists(unix.getPath()) && isDead(unix)) {
      Files.delete(unix.getPath());
    }
    return bind(ServerSocketChannel.open(StandardProtocolFamily.UNIX), address);
  }

  private static ServerSocketChannel bind(ServerSocketChannel listener, SocketAddress address)
      throws IOException {
    try {
      return listener.bind(address);
    } catch (IOException failure) {
      listener.close();
      throw failure;
    }
  }

  /** Whether the socket file is what a killed agent left behind: nobody answers at it. */
  private static boolean isDead(UnixDomainSocketAddress address) {
    try (SocketChannel probe = SocketChannel.open(address)) {
      return !probe.isConnected();
    } catch (IOException refused) {
      return !Files.isRegularFile(address.getPath()) && !Files.isDirectory(address.getPath());
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        free.acquire();
        SocketChannel channel = listener.accept();
        Thread.ofVirtual().name("admin-answer").start(() -> serve(channel));
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException failure) {
        free.release();
        LOG.warn("the admin address pauses for a second: {}", failure.toString());
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void serve(SocketChannel channel) {
    ScheduledFuture<?> deadline =
        deadlines.schedule(() -> close(channel), DEADLINE_SECONDS, TimeUnit.SECONDS);
    try (channel) {
      String request = head(channel);
      if (request != null) {
        ByteBuffer answer = answer(request).encode();
        while (answer.hasRemaining()) {
          channel.write(answer);
        }
      }
    } catch (IOException gone) {
      LOG.debug("an admin connection ended early", gone);
    } finally {
      deadline.cancel(false);
      free.release();
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException failure) {
      LOG.debug("an admin connection could not be closed", failure);
    }
  }

  /** Reads up to the empty line; null if there is none within the bound. */
  private static @Nullable String head(SocketChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(MAX_HEAD_BYTES);
    while (head.hasRemaining() && channel.read(head) >= 0) {
      String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
      if (text.contains("\r\n\r\n")) {
        return text;
      }
    }
    return null;
  }

  private Answer answer(String head) {
    String[] line = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
    if (line.length != 3 || !line[2].startsWith("HTTP/1.")) {
      return new Answer(400, TEXT, "expected: GET PATH HTTP/1.1\n");
    }
    int query = line[1].indexOf('?');
    String path = query < 0 ? line[1] : line[1].substring(0, query);
    try {
      return !line[0].equals("GET") && PATHS.contains(path)
          ? new Answer(405, TEXT, "expected: GET\n")
          : page(path);
    } catch (JsonProcessingException | RuntimeException fault) {
      LOG.error("the admin page {} failed", path, fault);
      return new Answer(500, TEXT, "this page failed; the log says why\n");
    }
  }

  private Answer page(String path) throws JsonProcessingException {
    return switch (path) {
      case "/healthz" -> new Answer(200, TEXT, "ok\n");
      case "/readyz" -> {
        String reason = pages.notReady().get();
        yield reason.isEmpty()
            ? new Answer(200, TEXT, "ready\n")
            : new Answer(503, TEXT, reason + "\n");
      }
      case "/metrics" ->
          new Answer(200, "text/plain; version=0.0.4; charset=utf-8", pages.metrics().get());
      case "/status" -> json(pages.status().get());
      case "/config_dump" -> json(ConfigDump.of(pages.snapshot().get()));
      case "/fqdn" -> json(pages.names().get());
      default -> new Answer(404, TEXT, "expected one of: " + String.join(" ", PATHS) + "\n");
    };
  }

  private static Answer json(Object page) throws JsonProcessingException {
    return new Answer(200, "application/json", JSON.writeValueAsString(page) + "\n");
  }

  private record Answer(int status, String type, String body) {
    ByteBuffer encode() {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      String reason =
          switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed\r\nallow: GET";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
          };
      String head =
          "HTTP/1.1 "
              + status
              + " "
              + reason
              + "\r\ncontent-type: "
              + type
              + "\r\ncontent-length: "
              + bytes.length
              + "\r\nconnection: close\r\n\r\n";
      byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
      return ByteBuffer.allocate(headBytes.length + bytes.length).put(headBytes).put(bytes).flip();
    }
  }
}
