package io.sluice.xds.stream;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where a discovery service is reached; closing it ends every stream. */
public final class DiscoveryServer implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Server server;
  private final @Nullable EventLoopGroup loops;
  private final @Nullable Path socket;

  private DiscoveryServer(Server server, @Nullable EventLoopGroup loops, @Nullable Path socket) {
    this.server = server;
    this.loops = loops;
    this.socket = socket;
  }

  /**
   * Serves clients of this process.
   *
   * @param name by which an in-process channel finds it
   * @throws IOException if the name is taken
   */
  public static DiscoveryServer inProcess(String name, BindableService service) throws IOException {
    Server server = InProcessServerBuilder.forName(name).addService(service).build();
    return new DiscoveryServer(server.start(), null, null);
  }

  /**
   * Serves clients of this machine that may write to the socket: its owner and group.
   *
   * @param socket where to put it; one that a dead server left behind is replaced
   * @throws IOException if the path is taken by a living server or by anything but a socket
   */
  public static DiscoveryServer unixSocket(Path socket, BindableService service)
      throws IOException {
    removeStale(socket);
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      Server server =
          NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
              .channelType(EpollServerDomainSocketChannel.class)
              .bossEventLoopGroup(loops)
              .workerEventLoopGroup(loops)
              .maxInboundMessageSize(DiscoveryService.MAX_REQUEST_BYTES)
              .addService(service)
              .build()
              .start();
      // Until here the usual umask has kept others from writing, which is what connecting needs.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
      return new DiscoveryServer(server, loops, socket);
    } catch (IOException | RuntimeException broken) {
      var _ = loops.shutdownGracefully();
      throw broken;
    }
  }

  private static void removeStale(Path socket) throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean isFile = Files.isRegularFile(socket) || Files.isDirectory(socket);
    if (isFile || Files.isSymbolicLink(socket)) {
      throw new IOException(socket + " is no socket; name a free path");
    }
    if (answers(socket)) {
      throw new IOException(socket + " is served by another process; stop it first");
    }
    Files.delete(socket);
  }

  private static boolean answers(Path socket) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return probe.isConnected();
    } catch (IOException dead) {
      return false;
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
      if (socket != null) {
        Files.deleteIfExists(socket);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException leftBehind) {
      // The next server replaces it.
      server.shutdownNow();
    }
    if (loops != null) {
      var _ = loops.shutdownGracefully(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
