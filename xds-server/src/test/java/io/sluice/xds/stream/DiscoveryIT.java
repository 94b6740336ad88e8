package io.sluice.xds.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a proxy sees of the ADS server, the same over both transports. */
class DiscoveryIT {
  private static final String FIRST = "type.googleapis.com/test.First";
  private static final String SECOND = "type.googleapis.com/test.Second";
  private static final Duration A_WHILE = Duration.ofMillis(200);

  @Nested
  class OverInProcess extends Transport {
    @Override
    void open(DiscoveryService service, Path folder) throws IOException {
      String name = folder.toString();
      server = DiscoveryServer.inProcess(name, service);
      channel = InProcessChannelBuilder.forName(name).build();
    }
  }

  @Nested
  class OverUnixSocket extends Transport {
    private final EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @Override
    void open(DiscoveryService service, Path folder) throws IOException {
      Path socket = folder.resolve("xds.sock");
      server = DiscoveryServer.unixSocket(socket, service);
      channel =
          NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
              .channelType(EpollDomainSocketChannel.class)
              .eventLoopGroup(loops)
              .usePlaintext()
              .build();
    }

    @Test
    void theSocketIsClosedToOthersAndRemovedAtTheEnd() throws Exception {
      Path socket = folder.resolve("xds.sock");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-rw----");
      server.close();
      assertThat(socket).doesNotExist();
    }

    @Test
    void aPathIsTakenOverOnlyFromTheDead() throws Exception {
      Path socket = folder.resolve("xds.sock");
      assertThatThrownBy(() -> DiscoveryServer.unixSocket(socket, service))
          .hasMessageContaining("served by another process");
      Path file = Files.createFile(folder.resolve("file"));
      assertThatThrownBy(() -> DiscoveryServer.unixSocket(file, service))
          .hasMessageContaining("is no socket");

      Path stale = folder.resolve("stale.sock");
      try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        dead.bind(UnixDomainSocketAddress.of(stale));
      }
      assertThat(Files.exists(stale)).isTrue();
      DiscoveryServer.unixSocket(stale, service).close();
    }

    @AfterEach
    void endLoops() {
      loops.shutdownGracefully();
    }
  }

  abstract static class Transport {
    @TempDir Path folder;
    final DiscoveryService service = new DiscoveryService(List.of(FIRST, SECOND));
    DiscoveryServer server;
    ManagedChannel channel;
    ScriptedProxy proxy;

    abstract void open(DiscoveryService service, Path folder) throws IOException;

    @BeforeEach
    void connect() throws IOException {
      open(service, folder);
      proxy = new ScriptedProxy(channel);
    }

    @AfterEach
    void disconnect() {
      channel.shutdownNow();
      server.close();
    }

    void publish(String first, String second) {
      service.publish(
          Map.of(
              FIRST, List.of(Any.pack(StringValue.of(first))),
              SECOND, List.of(Any.pack(StringValue.of(second)))));
    }

    static void expect(DiscoveryResponse response, String type, long version, String value)
        throws Exception {
      assertThat(response.getTypeUrl()).isEqualTo(type);
      assertThat(response.getVersionInfo()).isEqualTo(Long.toString(version));
      assertThat(response.getNonce()).isEqualTo(Long.toString(version));
      assertThat(response.getResources(0).unpack(StringValue.class).getValue()).isEqualTo(value);
    }

    @Test
    void nothingIsSaidBeforeTheFirstWorld() throws Exception {
      proxy.subscribe(FIRST);
      assertThat(proxy.silentFor(A_WHILE)).isTrue();
      publish("a", "b");
      expect(proxy.nextAccepted(), FIRST, 1, "a");
    }

    @Test
    void onlyWhatChangedIsSentAgain() throws Exception {
      publish("a", "b");
      proxy.subscribe(SECOND);
      expect(proxy.nextAccepted(), SECOND, 1, "b");
      proxy.subscribe(FIRST);
      expect(proxy.nextAccepted(), FIRST, 1, "a");

      publish("a", "b");
      publish("a", "c");
      expect(proxy.nextAccepted(), SECOND, 2, "c");
      assertThat(proxy.silentFor(A_WHILE)).isTrue();
    }

    @Test
    void aRefusedVersionIsNotSentAgainButANewerOneIs() throws Exception {
      publish("a", "b");
      proxy.subscribe(FIRST);
      proxy.nack(proxy.next(), "bad\u001b[31m");
      assertThat(proxy.silentFor(A_WHILE)).isTrue();
      assertThat(service.refusals()).containsExactly(new Refusal(FIRST, 1, "bad?[31m"));

      publish("a", "c");
      assertThat(proxy.silentFor(A_WHILE)).isTrue();
      publish("d", "c");
      expect(proxy.nextAccepted(), FIRST, 2, "d");
      await().until(() -> service.refusals().isEmpty());
    }

    @Test
    void oneResponseOfATypeIsUnansweredAtMost() throws Exception {
      publish("a", "x");
      proxy.subscribe(FIRST);
      DiscoveryResponse first = proxy.next();
      publish("b", "x");
      publish("c", "x");
      assertThat(proxy.silentFor(A_WHILE)).isTrue();
      proxy.ack(first);
      expect(proxy.next(), FIRST, 3, "c");
      proxy.ack(first);
      assertThat(proxy.silentFor(A_WHILE)).as("a late answer is no answer").isTrue();
    }

    @Test
    void everyStreamIsServed() throws Exception {
      publish("a", "b");
      ScriptedProxy other = new ScriptedProxy(channel);
      proxy.subscribe(FIRST);
      other.subscribe(FIRST);
      proxy.nextAccepted();
      other.nextAccepted();
      proxy.hangUp();
      publish("c", "b");
      expect(other.nextAccepted(), FIRST, 2, "c");
    }

    @Test
    void aTypeThatIsNotServedIsNotAnswered() throws Exception {
      publish("a", "b");
      proxy.subscribe("type.googleapis.com/envoy.config.listener.v3.Listener");
      assertThat(proxy.silentFor(A_WHILE)).isTrue();
      proxy.subscribe(FIRST);
      expect(proxy.nextAccepted(), FIRST, 1, "a");
    }

    @Test
    void answersThatCannotBeEndTheStream() throws Exception {
      publish("a", "b");
      for (String nonce : List.of("", "x", "-1", "2", "99999999999999999999999")) {
        ScriptedProxy odd = new ScriptedProxy(channel);
        odd.subscribe(FIRST);
        DiscoveryResponse response = odd.next();
        odd.ack(response.toBuilder().setNonce(nonce).build());
        assertThat(Status.fromThrowable(odd.failure()).getCode())
            .as(nonce)
            .isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
      proxy.send(DiscoveryRequest.newBuilder().setTypeUrl(FIRST).addResourceNames("7").build());
      assertThat(Status.fromThrowable(proxy.failure()).getCode())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void streamsAreLimited() throws Exception {
      publish("a", "b");
      ScriptedProxy last = proxy;
      for (int i = 0; i < 64; i++) {
        last.subscribe(FIRST);
        last.next();
        last = new ScriptedProxy(channel);
      }
      last.subscribe(FIRST);
      assertThat(Status.fromThrowable(last.failure()).getCode())
          .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void aLargeWorldFitsAndATooLargeOneIsNotPublished() throws Exception {
      proxy.subscribe(FIRST);
      int largest = DiscoveryService.MAX_RESPONSE_BYTES - 1024;
      service.publish(Map.of(FIRST, List.of(bytes(largest))));
      assertThat(proxy.nextAccepted().getSerializedSize()).isGreaterThan(largest);
      assertThatThrownBy(
              () ->
                  service.publish(
                      Map.of(FIRST, List.of(bytes(DiscoveryService.MAX_RESPONSE_BYTES)))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("exceed");
      assertThat(proxy.silentFor(A_WHILE)).isTrue();
    }

    private static Any bytes(int count) {
      return Any.newBuilder().setValue(ByteString.copyFrom(new byte[count])).build();
    }
  }
}
