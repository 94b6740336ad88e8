package io.sluice.dns.listen;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives steered datagrams of an IPv6 socket on a thread of its own, each with where it was meant
 * to go: Netty reads the original destination of IPv4 only.
 */
final class Ipv6Receiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ipv6Receiver.class);

  private static final int SOL_IPV6 = 41;
  private static final int IPV6_ORIGDSTADDR = 74;
  private static final int POLLIN = 1;
  private static final int POLL_MILLIS = 200;

  // struct pollfd, struct iovec, struct msghdr, struct cmsghdr and struct sockaddr_in6 of 64-bit
  // Linux.
  private static final long POLLFD_BYTES = 8;
  private static final long IOVEC_BYTES = 16;
  private static final long MSGHDR_BYTES = 56;
  private static final long NAME_LENGTH = 8;
  private static final long CONTROL_LENGTH = 40;
  private static final long CMSG_DATA = 16;
  private static final int SOCKADDR_BYTES = 28;
  private static final int CONTROL_BYTES = 128;

  private static final ValueLayout.OfShort PORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle POLL =
      function(
          "poll",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle RECVMSG =
      function(
          "recvmsg",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));

  private final int fd;
  private final int mostBytes;
  private final Receiver receiver;
  private final Thread thread;
  private volatile boolean closing;

  /** Takes datagrams. */
  @FunctionalInterface
  interface Receiver {
    /** Takes one, on the receiver's thread. */
    void received(byte[] message, InetSocketAddress client, InetSocketAddress destination);
  }

  /**
   * Starts to receive.
   *
   * @param fd of a socket that doesn't block, and that tells original destinations
   * @param mostBytes longer datagrams are cut
   */
  Ipv6Receiver(int fd, int mostBytes, Receiver receiver) {
    this.fd = fd;
    this.mostBytes = mostBytes;
    this.receiver = receiver;
    this.thread = Thread.ofPlatform().name("sluice-dns-ipv6").daemon().start(this::run);
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(POLLFD_BYTES, Integer.BYTES);
      poll.set(ValueLayout.JAVA_INT, 0, fd);
      poll.set(ValueLayout.JAVA_SHORT, 4, (short) POLLIN);
      MemorySegment data = arena.allocate(mostBytes);
      MemorySegment name = arena.allocate(SOCKADDR_BYTES, Long.BYTES);
      MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
      MemorySegment vector = arena.allocate(IOVEC_BYTES, Long.BYTES);
      vector.set(ValueLayout.ADDRESS, 0, data);
      vector.set(ValueLayout.JAVA_LONG, 8, mostBytes);
      MemorySegment message = arena.allocate(MSGHDR_BYTES, Long.BYTES);
      message.set(ValueLayout.ADDRESS, 0, name);
      message.set(ValueLayout.ADDRESS, 16, vector);
      message.set(ValueLayout.JAVA_LONG, 24, 1);
      message.set(ValueLayout.ADDRESS, 32, control);
      while (!closing) {
        message.set(ValueLayout.JAVA_INT, NAME_LENGTH, SOCKADDR_BYTES);
        message.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, CONTROL_BYTES);
        long length = (long) RECVMSG.invokeExact(fd, message, 0);
        if (length >= 0) {
          give(message, name, control, data.asSlice(0, length));
        } else {
          // Nothing there, or an error that the next call would tell again: both wait.
          int ready = (int) POLL.invokeExact(poll, 1L, POLL_MILLIS);
          if (ready < 0) {
            Thread.sleep(POLL_MILLIS);
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Throwable impossible) {
      throw new IllegalStateException("poll and recvmsg can't throw", impossible);
    }
  }

  private void give(
      MemorySegment message, MemorySegment name, MemorySegment control, MemorySegment data) {
    try {
      InetSocketAddress destination =
          destination(control, message.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH));
      if (destination != null) {
        receiver.received(data.toArray(ValueLayout.JAVA_BYTE), address(name, 0), destination);
      }
    } catch (UnknownHostException | RuntimeException fault) {
      // One datagram's fault must not end the thread of all.
      LOG.warn("a datagram could not be handled", fault);
    }
  }

  private static @Nullable InetSocketAddress destination(MemorySegment control, long length)
      throws UnknownHostException {
    long at = 0;
    while (at + CMSG_DATA <= length) {
      long size = control.get(ValueLayout.JAVA_LONG, at);
      if (size < CMSG_DATA || at + size > length) {
        return null;
      }
      if (control.get(ValueLayout.JAVA_INT, at + 8) == SOL_IPV6
          && control.get(ValueLayout.JAVA_INT, at + 12) == IPV6_ORIGDSTADDR
          && size >= CMSG_DATA + SOCKADDR_BYTES) {
        InetSocketAddress found = address(control, at + CMSG_DATA);
        boolean steered =
            !found.getAddress().isLoopbackAddress()
                && !(found.getAddress() instanceof Inet4Address);
        return steered ? found : null;
      }
      at += (size + Long.BYTES - 1) & -Long.BYTES;
    }
    return null;
  }

  /** Without its scope: a link-local server has none that would matter to policy. */
  private static InetSocketAddress address(MemorySegment in, long at) throws UnknownHostException {
    byte[] bytes = in.asSlice(at + 8, 16).toArray(ValueLayout.JAVA_BYTE);
    int port = Short.toUnsignedInt(in.get(PORT, at + 2));
    return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
  }

  /** Ends the thread; the socket may be closed when this returns. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
