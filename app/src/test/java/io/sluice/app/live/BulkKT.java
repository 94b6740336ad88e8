package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.lab.AgentProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A body as large as it likes passes in both directions, with the short-cut and without, each byte
 * in its place, and the agent's memory does not grow.
 */
@ParameterizedClass
@ValueSource(strings = {"off", "on"})
class BulkKT {
  private static final long GIB = 1L << 30;
  private static final long MOST_GROWTH_KIB = 40 * 1024;
  private static final int BLOCK = 128 * 1024;
  private static final int PORT = 8080;

  /** What bodies repeat; of a length that nothing else has, so that no part can be another's. */
  private static final byte[] PATTERN = new byte[1_048_573];

  static {
    new Random(20_261_122).nextBytes(PATTERN);
  }

  private static LiveNode node;
  private static AgentProcess agent;

  private final String shortCut;

  BulkKT(String shortCut) {
    this.shortCut = shortCut;
  }

  @BeforeParameterizedClassInvocation
  static void raise(String shortCut) {
    node = new LiveNode();
    node.world.write("policy.yaml", LiveNode.L7_RULE.replace("\"80\"", "\"" + PORT + "\""));
    node.opening(RawServer.start(node.server.network(), PORT, BulkKT::serve));
    agent = node.startAgent("--short-cut=" + shortCut);
  }

  @AfterParameterizedClassInvocation
  static void remove() throws Exception {
    node.close();
  }

  @Test
  void oneGibibyteUp() throws Exception {
    exchange(1 << 20);
    flat(() -> exchange(GIB));
  }

  @Test
  void oneGibibyteDown() throws Exception {
    download(1 << 20);
    flat(() -> download(GIB));
  }

  private static long exchange(long length) throws IOException {
    try (RawConnection connection = connect()) {
      connection.send(RawConnection.request("POST", "/api/v1/upload", "Content-Length: " + length));
      write(connection.out(), length);
      RawConnection.Answer answer = connection.read(false);
      assertThat(answer.body()).isEqualTo(Long.toString(length));
      return length;
    }
  }

  private static long download(long length) throws IOException {
    try (RawConnection connection = connect()) {
      connection.send(RawConnection.request("GET", "/api/v1/data?" + length));
      assertThat(connection.read(true).status()).isEqualTo(200);
      assertThat(rightBytes(connection.in(), length)).isEqualTo(length);
      return length;
    }
  }

  private static RawConnection connect() {
    return RawConnection.open(
        node.frontend.network(), node.frontend.ipv4(), node.server.ipv4(), PORT);
  }

  /** Sends as many bytes as the query asks for, or says how many bytes of the body were right. */
  private static void serve(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    String head = RawServer.readHead(in);
    OutputStream out = socket.getOutputStream();
    if (head.startsWith("POST")) {
      long length = Long.parseLong(head.replaceAll("(?si).*content-length: *(\\d+).*", "$1"));
      String text = Long.toString(rightBytes(in, length));
      out.write(
          RawServer.bytes(
              "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text));
    } else {
      long length = Long.parseLong(head.replaceAll("(?s).*\\?(\\d+) .*", "$1"));
      out.write(RawServer.bytes("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n"));
      write(out, length);
    }
  }

  private static void write(OutputStream out, long length) throws IOException {
    for (long sent = 0; sent < length; ) {
      int from = (int) (sent % PATTERN.length);
      int part = (int) Math.min(Math.min(BLOCK, PATTERN.length - from), length - sent);
      out.write(PATTERN, from, part);
      sent += part;
    }
    out.flush();
  }

  /** Reads a body; how many of its bytes are there before the first wrong one, or its end. */
  private static long rightBytes(InputStream in, long length) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long right = 0; right < length; ) {
      int from = (int) (right % PATTERN.length);
      int most = (int) Math.min(Math.min(BLOCK, PATTERN.length - from), length - right);
      int part = in.read(block, 0, most);
      if (part < 0) {
        return right;
      }
      int wrong = Arrays.mismatch(block, 0, part, PATTERN, from, from + part);
      if (wrong >= 0) {
        return right + wrong;
      }
      right += part;
    }
    return length;
  }

  private void flat(Callable<Long> transfer) throws Exception {
    long before = agent.residentKib();
    long[] most = {before};
    Thread watcher =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      most[0] = Math.max(most[0], agent.residentKib());
                      Thread.sleep(50);
                    }
                  } catch (InterruptedException done) {
                    Thread.currentThread().interrupt();
                  }
                });
    transfer.call();
    watcher.interrupt();
    watcher.join();
    assertThat(most[0] - before)
        .as("KiB more than the %d before, short-cut %s", before, shortCut)
        .isLessThan(MOST_GROWTH_KIB);
  }
}
