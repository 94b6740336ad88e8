package io.sluice.app.packet;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sluice.app.lab.NetworkNamespace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A raw socket of a namespace: hears every packet of one protocol that is delivered there, and
 * sends what the test has made; or hears and sends whole frames on a pod's link. Never blocks.
 */
final class RawSocket implements AutoCloseable {
  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final short AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int BUFFER = 4 << 20;
  private static final short ETH_P_ALL = 0x0300; // in network order
  private static final int LARGEST = 65_536;
  private static final int ENOBUFS = 105;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      function(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECVFROM =
      function(
          "recvfrom",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle IF_NAMETOINDEX =
      function("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final Arena arena = Arena.ofShared();
  private final MemorySegment errno = arena.allocate(STATE);
  private final MemorySegment buffer = arena.allocate(LARGEST);
  private final int fd;

  private RawSocket(int family, int protocol) throws IOException {
    fd = (int) call("socket", SOCKET, family, SOCK_RAW | SOCK_CLOEXEC, protocol);
    MemorySegment size = arena.allocateFrom(JAVA_INT, BUFFER);
    call("setsockopt", SETSOCKOPT, fd, SOL_SOCKET, SO_RCVBUFFORCE, size, Integer.BYTES);
  }

  /** Hears all packets of a protocol that reach a namespace. */
  static RawSocket hearing(NetworkNamespace in, boolean v6, int protocol) {
    return in.call(() -> new RawSocket(v6 ? AF_INET6 : AF_INET, protocol));
  }

  /**
   * Sends packets of a protocol from an address of a namespace, and hears those that are for it.
   */
  static RawSocket at(NetworkNamespace in, InetAddress address, int protocol) {
    return in.call(
        () -> {
          RawSocket socket = new RawSocket(isV6(address) ? AF_INET6 : AF_INET, protocol);
          MemorySegment name = name(address, socket.arena);
          socket.call("bind", BIND, socket.fd, name, (int) name.byteSize());
          return socket;
        });
  }

  /** Hears and sends frames on an interface of a namespace, before anything has judged them. */
  static RawSocket onLink(NetworkNamespace in, String device) {
    return in.call(
        () -> {
          RawSocket socket = new RawSocket(AF_PACKET, ETH_P_ALL);
          MemorySegment name = socket.arena.allocate(20, 8);
          name.set(JAVA_SHORT, 0, AF_PACKET);
          name.set(JAVA_SHORT, 2, ETH_P_ALL);
          int index =
              (int)
                  socket.call("if_nametoindex", IF_NAMETOINDEX, socket.arena.allocateFrom(device));
          name.set(JAVA_INT, 4, index);
          socket.call("bind", BIND, socket.fd, name, (int) name.byteSize());
          return socket;
        });
  }

  /** Sends what follows the IP header. */
  void send(InetAddress to, byte[] payload) throws IOException {
    try (Arena sending = Arena.ofConfined()) {
      MemorySegment name = name(to, sending);
      MemorySegment bytes = sending.allocateFrom(JAVA_BYTE, payload);
      call("sendto", SENDTO, fd, bytes, (long) payload.length, 0, name, (int) name.byteSize());
    }
  }

  /** Sends a frame, from its Ethernet header on. */
  void send(byte[] frame) throws IOException {
    try (Arena sending = Arena.ofConfined()) {
      MemorySegment bytes = sending.allocateFrom(JAVA_BYTE, frame);
      call("sendto", SENDTO, fd, bytes, (long) frame.length, 0, MemorySegment.NULL, 0);
    }
  }

  /** What was heard since the last call: with its header where that is IPv4's or a frame's. */
  List<byte[]> heard() {
    List<byte[]> heard = new ArrayList<>();
    while (true) {
      try {
        long length =
            call(
                "recvfrom",
                RECVFROM,
                fd,
                buffer,
                (long) LARGEST,
                MSG_DONTWAIT,
                MemorySegment.NULL,
                MemorySegment.NULL);
        heard.add(buffer.asSlice(0, length).toArray(JAVA_BYTE));
      } catch (IOException nothingMore) {
        return heard;
      }
    }
  }

  /** What follows the IP header of packets that were heard since the last call. */
  List<byte[]> heardPayloads(boolean v6) {
    return heard().stream()
        .map(
            packet -> v6 ? packet : Arrays.copyOfRange(packet, (packet[0] & 15) * 4, packet.length))
        .toList();
  }

  private static MemorySegment name(InetAddress address, Arena arena) {
    byte[] bytes = address.getAddress();
    boolean v6 = isV6(address);
    MemorySegment name = arena.allocate(v6 ? 28 : 16, 8);
    name.set(JAVA_SHORT, 0, v6 ? AF_INET6 : AF_INET);
    MemorySegment.copy(bytes, 0, name, JAVA_BYTE, v6 ? 8 : 4, bytes.length);
    return name;
  }

  private static boolean isV6(InetAddress address) {
    return address.getAddress().length == 16;
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  private synchronized long call(String name, MethodHandle function, Object... arguments)
      throws IOException {
    Object[] all = new Object[arguments.length + 1];
    all[0] = errno;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    long result;
    try {
      result = ((Number) function.invokeWithArguments(all)).longValue();
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
    int failure = (int) ERRNO.get(errno, 0L);
    // So the node's own sender hears that its packet was dropped; whose packet it is must not
    // matter.
    if (result < 0 && failure != ENOBUFS) {
      throw new IOException(name + ": errno " + failure);
    }
    return result;
  }

  @Override
  public void close() throws IOException {
    call("close", CLOSE, fd);
    arena.close();
  }
}
