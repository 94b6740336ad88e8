package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A TCP socket with the options that the JDK lacks. Its calls don't wait in the kernel, as those of
 * most programs, but here; every one gives up after some seconds.
 */
final class Tcp implements AutoCloseable {
  static final int EAGAIN = 11;
  static final int ECONNRESET = 104;
  static final int ETIMEDOUT = 110;
  static final int EINPROGRESS = 115;

  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int SO_LINGER = 13;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_MARK = 36;
  private static final int SO_ZEROCOPY = 60;
  private static final int IPPROTO_IP = 0;
  private static final int IP_TRANSPARENT = 19;
  private static final int IP_BIND_ADDRESS_NO_PORT = 24;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_TRANSPARENT = 75;
  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SPLICE_F_NONBLOCK = 2;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SO_ERROR = 4;
  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = function("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CONNECT = function("connect", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = function("listen", JAVA_INT, JAVA_INT);
  private static final MethodHandle ACCEPT =
      function("accept4", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle POLL = function("poll", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETSOCKNAME =
      function("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETPEERNAME =
      function("getpeername", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSOCKOPT =
      function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT);
  private static final MethodHandle SHUTDOWN = function("shutdown", JAVA_INT, JAVA_INT);
  private static final MethodHandle SEND =
      functionOfLong("send", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle PIPE = function("pipe", ADDRESS);
  private static final MethodHandle READ = functionOfLong("read", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle SPLICE =
      functionOfLong("splice", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV =
      functionOfLong("recv", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  /** A call failed with this errno. */
  static final class Failed extends IOException {
    private static final long serialVersionUID = 1L;
    final int errno;

    Failed(String call, int errno) {
      super(call + ": errno " + errno);
      this.errno = errno;
    }
  }

  final int fd;
  private final boolean ipv6;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final int seconds;
  private volatile boolean listening;

  private Tcp(int fd, boolean ipv6, int seconds) {
    this.fd = fd;
    this.ipv6 = ipv6;
    this.seconds = seconds;
  }

  /** A socket of the calling thread's namespace, whose calls give up after {@code seconds}. */
  static Tcp make(boolean ipv6, int seconds) throws IOException {
    return make(ipv6, seconds, SOCK_NONBLOCK);
  }

  private static Tcp make(boolean ipv6, int seconds, int flags) throws IOException {
    int type = SOCK_STREAM | SOCK_CLOEXEC | flags;
    int fd = call("socket", SOCKET, (int) (ipv6 ? AF_INET6 : AF_INET), type, 0);
    Tcp socket = new Tcp(fd, ipv6, seconds);
    socket.timeout(seconds);
    return socket;
  }

  /** A connected one whose calls do wait in the kernel. */
  static Tcp waiting(InetSocketAddress to, int seconds) throws IOException {
    Tcp socket = make(to.getAddress().getAddress().length == 16, seconds, 0);
    socket.connect(to);
    return socket;
  }

  static Tcp listening(InetSocketAddress at, boolean transparent) throws IOException {
    Tcp socket = make(at.getAddress().getAddress().length == 16, 10);
    socket.option(SOL_SOCKET, SO_REUSEADDR, 1);
    if (transparent) {
      socket.transparent();
    }
    socket.bind(at);
    call("listen", LISTEN, socket.fd, 64);
    socket.listening = true;
    return socket;
  }

  static Tcp connected(InetSocketAddress to, int seconds) throws IOException {
    Tcp socket = make(to.getAddress().getAddress().length == 16, seconds);
    try {
      socket.connect(to);
      return socket;
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  /** A socket of both families, as most programs use it, connected by IPv4. */
  static Tcp dualStack(InetAddress to, int port) throws IOException {
    Tcp socket = make(true, 5);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(28, 8);
      address.set(JAVA_SHORT, 0, AF_INET6);
      address.set(JAVA_SHORT, 2, Short.reverseBytes((short) port));
      address.set(JAVA_SHORT, 18, (short) -1);
      MemorySegment.copy(to.getAddress(), 0, address, JAVA_BYTE, 20, 4);
      socket.connect(address, "connect " + to);
    }
    return socket;
  }

  /** A socket to connect from a chosen port. */
  static Tcp boundTo(InetSocketAddress at, int seconds) throws IOException {
    Tcp socket = make(at.getAddress().getAddress().length == 16, seconds);
    socket.option(SOL_SOCKET, SO_REUSEADDR, 1);
    socket.bind(at);
    return socket;
  }

  void transparent() throws IOException {
    if (ipv6) {
      option(IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
    } else {
      option(IPPROTO_IP, IP_TRANSPARENT, 1);
    }
  }

  void mark(int mark) throws IOException {
    option(SOL_SOCKET, SO_MARK, mark);
  }

  /** Binds to an address and leaves the port to connect. */
  void bindAddress(InetAddress address) throws IOException {
    option(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    bind(new InetSocketAddress(address, 0));
  }

  void bind(InetSocketAddress at) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = write(at, arena);
      call("bind " + at, BIND, fd, address, (int) address.byteSize());
    }
  }

  void connect(InetSocketAddress to) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      connect(write(to, arena), "connect " + to);
    }
  }

  private void connect(MemorySegment address, String what) throws IOException {
    try {
      call(what, CONNECT, fd, address, (int) address.byteSize());
    } catch (Failed failed) {
      if (failed.errno != EINPROGRESS || !becomes(POLLOUT)) {
        throw failed;
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment error = arena.allocate(JAVA_INT);
        MemorySegment size = arena.allocateFrom(JAVA_INT, 4);
        call("getsockopt", GETSOCKOPT, fd, SOL_SOCKET, SO_ERROR, error, size);
        if (error.get(JAVA_INT, 0) != 0) {
          throw new Failed(what, error.get(JAVA_INT, 0));
        }
      }
    }
  }

  Tcp accept() throws IOException {
    long accepted =
        retry(
            POLLIN,
            () ->
                call(
                    "accept",
                    ACCEPT,
                    fd,
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    SOCK_NONBLOCK | SOCK_CLOEXEC));
    return new Tcp((int) accepted, ipv6, 5);
  }

  private interface Call {
    long run() throws IOException;
  }

  /** Waits, at most as long as this socket does, whenever the call would have to. */
  private long retry(short event, Call call) throws IOException {
    while (true) {
      try {
        return call.run();
      } catch (Failed failed) {
        if (failed.errno != EAGAIN || !becomes(event)) {
          throw failed;
        }
      }
    }
  }

  private boolean becomes(short event) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment polled = arena.allocate(8, 4);
      polled.set(JAVA_INT, 0, fd);
      polled.set(JAVA_SHORT, 4, event);
      return call("poll", POLL, polled, 1L, seconds * 1000) > 0;
    }
  }

  InetSocketAddress local() throws IOException {
    return name("getsockname", GETSOCKNAME);
  }

  InetSocketAddress remote() throws IOException {
    return name("getpeername", GETPEERNAME);
  }

  void sendLine(String line) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
      retry(POLLOUT, () -> callLong("send", SEND, fd, data, (long) bytes.length, MSG_NOSIGNAL));
    }
  }

  /**
   * Sends all of it; what fits no more when the time is over is left. Returns how many bytes went.
   */
  int send(byte[] bytes) throws IOException {
    int sent = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
      while (sent < bytes.length) {
        MemorySegment rest = data.asSlice(sent);
        sent +=
            (int)
                retry(
                    POLLOUT, () -> callLong("send", SEND, fd, rest, rest.byteSize(), MSG_NOSIGNAL));
      }
    } catch (Failed full) {
      if (full.errno != EAGAIN) {
        throw full;
      }
    }
    return sent;
  }

  /** At most so many of the bytes that are there, or none at the end of the stream. */
  byte[] receive(int most) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(most);
      int length = (int) retry(POLLIN, () -> callLong("recv", RECV, fd, data, (long) most, 0));
      return data.asSlice(0, length).toArray(JAVA_BYTE);
    }
  }

  /** Exactly so many bytes, or fewer at the end of the stream. */
  byte[] receiveAll(int length) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(length);
    while (all.size() < length) {
      byte[] some = receive(length - all.size());
      if (some.length == 0) {
        break;
      }
      all.write(some);
    }
    return all.toByteArray();
  }

  /** At most so many bytes, moved into a pipe by the kernel and read from there. */
  String splice(int most) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pipe = arena.allocate(JAVA_INT, 2);
      call("pipe", PIPE, pipe);
      int out = pipe.get(JAVA_INT, 0);
      int in = pipe.get(JAVA_INT, 4);
      try {
        retry(
            POLLIN,
            () ->
                callLong(
                    "splice",
                    SPLICE,
                    fd,
                    MemorySegment.NULL,
                    in,
                    MemorySegment.NULL,
                    (long) most,
                    SPLICE_F_NONBLOCK));
        MemorySegment data = arena.allocate(most);
        int length = (int) callLong("read", READ, out, data, (long) most);
        byte[] bytes = data.asSlice(0, length).toArray(JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
      } finally {
        call("close", CLOSE, out);
        call("close", CLOSE, in);
      }
    }
  }

  /** The next line without its end, or null at the end of the stream. */
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(1);
      while (retry(POLLIN, () -> callLong("recv", RECV, fd, one, 1L, 0)) == 1) {
        char read = (char) one.get(JAVA_BYTE, 0);
        if (read == '\n') {
          return line.toString();
        }
        line.append(read);
      }
    }
    return line.isEmpty() ? null : line.toString();
  }

  void finish() throws IOException {
    call("shutdown", SHUTDOWN, fd, 1);
  }

  /** Allows to send without copying. */
  void zeroCopy() throws IOException {
    option(SOL_SOCKET, SO_ZEROCOPY, 1);
  }

  /** Makes close send a reset. */
  void lingerZero() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_INT, 1, 0);
      call("setsockopt", SETSOCKOPT, fd, SOL_SOCKET, SO_LINGER, value, (int) value.byteSize());
    }
  }

  /** Once; a second time it might be somebody else's descriptor. */
  @Override
  public void close() throws IOException {
    if (!closed.getAndSet(true)) {
      if (listening) {
        // Or a thread that waits in accept keeps it open.
        call("shutdown", SHUTDOWN, fd, 2);
      }
      call("close", CLOSE, fd);
    }
  }

  private void timeout(int seconds) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_LONG, seconds, 0);
      for (int option : new int[] {SO_RCVTIMEO, SO_SNDTIMEO}) {
        call("setsockopt", SETSOCKOPT, fd, SOL_SOCKET, option, value, (int) value.byteSize());
      }
    }
  }

  private void option(int level, int option, int value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      call("setsockopt", SETSOCKOPT, fd, level, option, arena.allocateFrom(JAVA_INT, value), 4);
    }
  }

  private InetSocketAddress name(String call, MethodHandle function) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(28, 8);
      MemorySegment size = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
      call(call, function, fd, address, size);
      boolean six = address.get(JAVA_SHORT, 0) == AF_INET6;
      byte[] bytes = address.asSlice(six ? 8 : 4, six ? 16 : 4).toArray(JAVA_BYTE);
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes),
          Short.toUnsignedInt(Short.reverseBytes(address.get(JAVA_SHORT, 2))));
    }
  }

  private static MemorySegment write(InetSocketAddress at, Arena arena) {
    byte[] bytes = at.getAddress().getAddress();
    boolean six = bytes.length == 16;
    MemorySegment address = arena.allocate(six ? 28 : 16, 8);
    address.set(JAVA_SHORT, 0, six ? AF_INET6 : AF_INET);
    address.set(JAVA_SHORT, 2, Short.reverseBytes((short) at.getPort()));
    MemorySegment.copy(bytes, 0, address, JAVA_BYTE, six ? 8 : 4, bytes.length);
    return address;
  }

  private static MethodHandle function(String name, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, parameters),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle functionOfLong(String name, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_LONG, parameters),
        Linker.Option.captureCallState("errno"));
  }

  private static int call(String name, MethodHandle function, Object... arguments)
      throws IOException {
    return (int) invoke(name, function, arguments);
  }

  private static long callLong(String name, MethodHandle function, Object... arguments)
      throws IOException {
    return invoke(name, function, arguments);
  }

  private static long invoke(String name, MethodHandle function, Object... arguments)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      Object[] all = new Object[arguments.length + 1];
      all[0] = state;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      long result = ((Number) function.invokeWithArguments(all)).longValue();
      if (result < 0) {
        throw new Failed(name, (int) ERRNO.get(state, 0L));
      }
      return result;
    } catch (IOException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }
}
