package io.sluice.app.agent;

import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.sluice.app.exit.Refusal;
import io.sluice.bpf.libbpf.ProcFile;
import io.sluice.xds.ControlPlane;
import io.sluice.xds.ControlPlaneStatus;
import io.sluice.xds.source.WorldFolder;
import io.sluice.xds.stream.DiscoveryServer;
import io.sluice.xds.world.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to the control plane: inside this process for a world folder, over a Unix socket
 * otherwise; the same protocol over both.
 */
final class ControlLink implements AutoCloseable {
  private static final String IN_PROCESS = "control-plane";
  private static final String UNIX = "unix:";
  private static final ControlPlaneStatus ELSEWHERE =
      new ControlPlaneStatus(true, List.of(), List.of());

  private final ManagedChannel channel;
  private final String node;
  private final @Nullable ControlPlane controlPlane;
  private final Runnable rest;

  private ControlLink(
      ManagedChannel channel, String node, @Nullable ControlPlane controlPlane, Runnable rest) {
    this.channel = channel;
    this.node = node;
    this.controlPlane = controlPlane;
    this.rest = rest;
  }

  /**
   * Opens it and settles which node this is.
   *
   * @param audit whether every policy is audited, if the control plane runs here
   * @throws Refusal if the world can't be read, or the node's name is needed and not known
   */
  static ControlLink open(AgentOptions options, boolean audit) throws Refusal {
    return switch (options.source()) {
      case AgentOptions.World world -> toWorld(world.folder(), options.node(), audit);
      case AgentOptions.Control control -> toSocket(control.address(), options.node());
    };
  }

  private static ControlLink toWorld(Path folder, @Nullable String asked, boolean audit)
      throws Refusal {
    try {
      ControlPlane controlPlane = new ControlPlane(new WorldFolder(folder));
      String node = NodeName.choose(asked, hostName(), controlPlane.nodeNames());
      DiscoveryServer server = DiscoveryServer.inProcess(IN_PROCESS, controlPlane.service());
      controlPlane.decide(Settings.defaults(node).audited(audit));
      controlPlane.start(node);
      ManagedChannel channel = InProcessChannelBuilder.forName(IN_PROCESS).directExecutor().build();
      return new ControlLink(
          channel,
          node,
          controlPlane,
          () -> {
            server.close();
            controlPlane.close();
          });
    } catch (IOException e) {
      throw Refusal.usage("--world " + folder + ": " + e.getMessage());
    }
  }

  private static ControlLink toSocket(String address, @Nullable String asked) throws Refusal {
    if (!address.startsWith(UNIX)) {
      throw Refusal.usage("--control '" + address + "' (expected: unix:PATH)");
    }
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(address.substring(UNIX.length())))
            .eventLoopGroup(loop)
            .channelType(EpollDomainSocketChannel.class)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
    return new ControlLink(
        channel, asked != null ? asked : hostName(), null, loop::shutdownGracefully);
  }

  private static String hostName() {
    try {
      return ProcFile.read(Path.of("/proc/sys/kernel/hostname"));
    } catch (IOException e) {
      return "";
    }
  }

  /** The name of this node. */
  String node() {
    return node;
  }

  /** Where the subscription goes. */
  ManagedChannel channel() {
    return channel;
  }

  /** What the control plane says of its input, if it runs here. */
  ControlPlaneStatus status() {
    return controlPlane == null ? ELSEWHERE : controlPlane.status();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    rest.run();
  }
}
