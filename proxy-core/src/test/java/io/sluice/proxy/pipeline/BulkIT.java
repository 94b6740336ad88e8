package io.sluice.proxy.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.origin.Origin;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.FixedSnapshot;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Large bodies, slow readers, and the memory they take. */
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class BulkIT {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
  private static final int MIB = 1024 * 1024;
  private static final int BODY_MIB = 128;

  @Parameter Transport transport;
  private ServerSocket server;
  private Proxy proxy;
  private InetSocketAddress address;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, LOCAL);
    start(48L * MIB);
  }

  private void start(long bufferBytes) throws IOException {
    InetSocketAddress destination = (InetSocketAddress) server.getLocalSocketAddress();
    ProxyConfig config =
        ProxyConfig.local(Limits.DEFAULTS, (remote, local, self) -> new Origin(remote, destination))
            .on(transport)
            .withBufferBytes(bufferBytes);
    proxy =
        new Proxy(
            config,
            new CurrentPolicy(FixedSnapshot.of(1, LOCAL, FixedSnapshot.inspected("http"))),
            List.of(new PassThroughFilter()),
            flow -> {});
    address = proxy.bind().getFirst().address();
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void carriesLargeBodiesBothWaysInLittleMemory() throws Exception {
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      client.getOutputStream().write('G');
      try (Socket upstream = server.accept()) {
        assertThat(upstream.getInputStream().read()).isEqualTo('G');
        Body up = new Body(1);
        Body down = new Body(2);
        Thread sendUp = Thread.ofVirtual().start(() -> up.send(client));
        Thread sendDown = Thread.ofVirtual().start(() -> down.send(upstream));
        Thread receiveUp = Thread.ofPlatform().start(() -> up.receive(upstream));
        down.receive(client);
        receiveUp.join();
        sendUp.join();
        sendDown.join();
        assertThat(up.received.getValue()).isEqualTo(up.sent.getValue());
        assertThat(down.received.getValue()).isEqualTo(down.sent.getValue());
        assertThat(proxy.bufferBytes()).isLessThan(4L * MIB);
      }
    }
  }

  @Test
  void readsNoFasterThanAClientThatDoesNotRead() throws Exception {
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      client.getOutputStream().write('G');
      try (Socket upstream = server.accept()) {
        Body down = new Body(3);
        Thread sender = Thread.ofVirtual().start(() -> down.send(upstream));
        awaitStill(down.sentBytes);
        assertThat(down.sentBytes.get()).isLessThan((long) BODY_MIB * MIB);
        assertThat(proxy.bufferBytes()).isLessThan(4L * MIB);
        down.receive(client);
        sender.join();
        assertThat(down.received.getValue()).isEqualTo(down.sent.getValue());
      }
    }
  }

  @Test
  void readsNoFasterThanAServerThatDoesNotRead() throws Exception {
    try (Socket client = new Socket(address.getAddress(), address.getPort())) {
      Body up = new Body(4);
      Thread sender = Thread.ofVirtual().start(() -> up.send(client));
      try (Socket upstream = server.accept()) {
        awaitStill(up.sentBytes);
        assertThat(up.sentBytes.get()).isLessThan((long) BODY_MIB * MIB);
        assertThat(proxy.bufferBytes()).isLessThan(4L * MIB);
        up.receive(upstream);
        sender.join();
        assertThat(up.received.getValue()).isEqualTo(up.sent.getValue());
      }
    }
  }

  @Test
  void resetsClientsThatDoNotReadWhenMemoryIsScarce() throws Exception {
    proxy.close();
    start(2L * MIB);
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        Socket client = new Socket(address.getAddress(), address.getPort());
        sockets.add(client);
        client.getOutputStream().write('G');
        Socket upstream = server.accept();
        sockets.add(upstream);
        Thread.ofVirtual().start(() -> new Body(5).send(upstream));
      }
      await().until(() -> proxy.counters().refusals(Direction.INGRESS, Refusal.MEMORY) > 0);
      await().until(() -> proxy.bufferBytes() <= 2L * MIB);
      assertThat(proxy.counters().faults()).isZero();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Waits until a number has not changed for a while: the sender is blocked. */
  private static void awaitStill(AtomicLong number) {
    AtomicLong last = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(30))
        .until(() -> number.get() > 0 && last.getAndSet(number.get()) == number.get());
  }

  /** Bytes that can be told from one another: what arrives must be what was sent. */
  private static final class Body {
    final CRC32 sent = new CRC32();
    final CRC32 received = new CRC32();
    final AtomicLong sentBytes = new AtomicLong();
    private final byte[] block = new byte[MIB];

    Body(long seed) {
      new Random(seed).nextBytes(block);
    }

    void send(Socket to) {
      try {
        for (int i = 0; i < BODY_MIB; i++) {
          block[0] = (byte) i;
          to.getOutputStream().write(block);
          sent.update(block);
          sentBytes.addAndGet(block.length);
        }
      } catch (IOException reset) {
        // Expected by the test of scarce memory; the others compare checksums.
      }
    }

    void receive(Socket from) {
      try {
        byte[] buffer = new byte[256 * 1024];
        for (long left = (long) BODY_MIB * MIB; left > 0; ) {
          int n = from.getInputStream().read(buffer, 0, (int) Math.min(left, buffer.length));
          if (n < 0) {
            return;
          }
          received.update(buffer, 0, n);
          left -= n;
        }
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }
  }
}
