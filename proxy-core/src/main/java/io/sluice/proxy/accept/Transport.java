package io.sluice.proxy.accept;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** How the event loops talk to the kernel. */
public enum Transport {
  /** Submission and completion queues: fewest system calls per byte. */
  IO_URING,
  /** Readiness events: works on any Linux. */
  EPOLL;

  static {
    // A multishot accept() is submitted anew as soon as it fails, also while the listener pauses: a
    // process that has no file descriptor left would spin.
    System.setProperty("io.netty.iouring.acceptMultiShotEnabled", "false");
  }

  /**
   * Makes the event loops poll before each read; to be called before the first of them is made.
   *
   * <p>With one poll for all reads Netty waits for the next arrival after each, unless the kernel
   * says that more is there; of what came by a sockmap the kernel never says so (tcp_bpf_recvmsg),
   * and what is left would lie there for good.
   */
  public static void pollBeforeEachRead() {
    System.setProperty("io.netty.iouring.pollAddMultishotEnabled", "false");
  }

  /** The cheapest that this machine has. */
  public static Transport best() {
    return IO_URING.available() ? IO_URING : EPOLL;
  }

  /** Whether this machine has it. */
  public boolean available() {
    return this == IO_URING ? IoUring.isAvailable() : Epoll.isAvailable();
  }

  /** What drives the event loops. */
  public IoHandlerFactory ioHandlers() {
    return this == IO_URING ? IoUringIoHandler.newFactory() : EpollIoHandler.newFactory();
  }

  /** A listener's channel, not yet bound. */
  public ServerSocketChannel newListener() {
    return this == IO_URING ? new IoUringServerSocketChannel() : new EpollServerSocketChannel();
  }

  /** A channel, not yet connected. */
  public SocketChannel newSocket() {
    return this == IO_URING ? new IoUringSocketChannel() : new EpollSocketChannel();
  }
}
