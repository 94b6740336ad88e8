package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class OpenLoopIT {
  private static final int RATE = 500;
  private static final Duration STALL = Duration.ofMillis(600);
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  /** A generator that waits for answers would send, and so count, almost nothing in the stall. */
  @Test
  void requestsThatAreDueDuringAStallCountTheirWait() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress())) {
      AtomicLong stallAt = new AtomicLong();
      Thread.ofVirtual().start(() -> accept(server, stallAt));

      OpenLoop.Result result =
          OpenLoop.run(
              (InetSocketAddress) server.getLocalSocketAddress(), RATE, Duration.ofSeconds(2));

      assertThat(result.answers()).isEqualTo(3 * RATE);
      // 600 ms of 2 s: three requests of ten were due in it, the median was not.
      assertThat(result.p99()).isGreaterThan(STALL.toNanos() / 1e3 * 0.8);
      assertThat(result.p50()).isLessThan(STALL.toNanos() / 1e3 * 0.5);
    }
  }

  private static void accept(ServerSocket server, AtomicLong stallAt) {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> answer(socket, stallAt));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  /** Answers at once, but for one stall, of all connections, in the middle of what is measured. */
  private static void answer(Socket socket, AtomicLong stallAt) {
    try (socket) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      while (in.readLine() instanceof String line) {
        if (line.isEmpty()) {
          stallAt.compareAndSet(0, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2_000));
          long intoStall = System.nanoTime() - stallAt.get();
          if (intoStall >= 0 && intoStall < STALL.toNanos()) {
            LockSupport.parkNanos(STALL.toNanos() - intoStall);
          }
          socket.getOutputStream().write(ANSWER);
        }
      }
    } catch (IOException gone) {
      // The client has closed: what it misses, it reports.
    }
  }
}
