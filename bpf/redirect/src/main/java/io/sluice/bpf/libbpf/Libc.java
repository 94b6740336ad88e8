package io.sluice.bpf.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The C library's view of the calling thread's network namespace, and socket options. */
public final class Libc {
  /** Level and options of {@code setsockopt}, from asm-generic/socket.h. */
  private static final int SOL_SOCKET = 1;

  private static final int SO_TYPE = 3;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_MARK = 36;
  private static final int SO_NETNS_COOKIE = 71;

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
  private static final int NAME_LIMIT = 16;

  /** {@code sizeof(struct sockaddr_storage)}. */
  private static final int SOCKADDR_BYTES = 128;

  private static final ValueLayout.OfShort NETWORK_SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int O_RDONLY_CLOEXEC = 0x80000;

  private static final SymbolLookup LIBC = Native.LINKER.defaultLookup();
  private static final MethodHandle STRERROR =
      Native.function(LIBC, "strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
  private static final MethodHandle IF_NAMETOINDEX =
      Native.function(LIBC, "if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle IF_NAMEINDEX =
      Native.functionWithErrno(LIBC, "if_nameindex", FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle IF_FREENAMEINDEX =
      Native.function(LIBC, "if_freenameindex", FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle SOCKET =
      Native.functionWithErrno(
          LIBC, "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle OPEN =
      Native.LINKER.downcallHandle(
          LIBC.findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      Native.function(LIBC, "close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final FunctionDescriptor SOCKOPT =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETSOCKOPT =
      Native.functionWithErrno(LIBC, "getsockopt", SOCKOPT);
  private static final MethodHandle GETSOCKNAME =
      Native.functionWithErrno(
          LIBC, "getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SETSOCKOPT =
      Native.functionWithErrno(
          LIBC,
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

  private Libc() {}

  static String strerror(int errno) {
    try {
      return Native.string((MemorySegment) STRERROR.invokeExact(errno), 256);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** The index of an interface, or 0 if there is none of that name. */
  public static int interfaceIndex(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) IF_NAMETOINDEX.invokeExact(arena.allocateFrom(name));
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Every interface of the namespace, index to name. */
  public static Map<Integer, String> interfaces() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment list = (MemorySegment) IF_NAMEINDEX.invokeExact(errno);
      if (list.equals(MemorySegment.NULL)) {
        throw BpfException.of("list the network interfaces", Native.errno(errno));
      }
      try {
        return namesIn(list.reinterpret(Long.MAX_VALUE));
      } finally {
        IF_FREENAMEINDEX.invokeExact(list);
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /**
   * Reads {@code struct if_nameindex { unsigned if_index; char *if_name; }} up to the zero entry.
   */
  private static Map<Integer, String> namesIn(MemorySegment list) {
    Map<Integer, String> names = new LinkedHashMap<>();
    for (long at = 0; list.get(JAVA_INT, at) != 0; at += 16) {
      names.put(list.get(JAVA_INT, at), Native.string(list.get(ADDRESS, at + 8), NAME_LIMIT));
    }
    return names;
  }

  /** The number of the calling thread's network namespace: unique since boot. */
  public static long namespaceCookie() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      int socket = (int) SOCKET.invokeExact(errno, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
      if (socket < 0) {
        throw BpfException.of("open a socket", Native.errno(errno));
      }
      try {
        MemorySegment cookie = arena.allocate(JAVA_LONG);
        MemorySegment size = arena.allocateFrom(JAVA_INT, (int) JAVA_LONG.byteSize());
        int failed =
            (int) GETSOCKOPT.invokeExact(errno, socket, SOL_SOCKET, SO_NETNS_COOKIE, cookie, size);
        if (failed != 0) {
          throw BpfException.of("read SO_NETNS_COOKIE", Native.errno(errno));
        }
        return cookie.get(JAVA_LONG, 0);
      } finally {
        close(socket);
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Opens a directory, so that the kernel can be told which one is meant. */
  public static int openDirectory(Path directory) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment name = arena.allocateFrom(directory.toString());
      int fd = (int) OPEN.invokeExact(errno, name, O_RDONLY_CLOEXEC);
      if (fd < 0) {
        throw BpfException.of("open " + directory, Native.errno(errno));
      }
      return fd;
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  public static void close(int fd) {
    try {
      int ignored = (int) CLOSE.invokeExact(fd);
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Whether a descriptor is a socket that accepts connections. */
  public static boolean isListening(int fd) throws BpfException {
    return option(fd, SO_ACCEPTCONN, "SO_ACCEPTCONN") != 0;
  }

  /** Whether a descriptor is a socket of datagrams. */
  public static boolean isDatagram(int fd) throws BpfException {
    return option(fd, SO_TYPE, "SO_TYPE") == SOCK_DGRAM;
  }

  private static int option(int fd, int option, String name) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment value = arena.allocate(JAVA_INT);
      MemorySegment size = arena.allocateFrom(JAVA_INT, (int) JAVA_INT.byteSize());
      int failed = (int) GETSOCKOPT.invokeExact(errno, fd, SOL_SOCKET, option, value, size);
      if (failed != 0) {
        throw BpfException.of("read " + name + " of descriptor " + fd, Native.errno(errno));
      }
      return value.get(JAVA_INT, 0);
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** The port that a socket is bound to. */
  public static int localPort(int fd) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment address = arena.allocate(SOCKADDR_BYTES);
      MemorySegment size = arena.allocateFrom(JAVA_INT, SOCKADDR_BYTES);
      int failed = (int) GETSOCKNAME.invokeExact(errno, fd, address, size);
      if (failed != 0) {
        throw BpfException.of("read the address of descriptor " + fd, Native.errno(errno));
      }
      // Behind the family, in network order, for both families.
      return Short.toUnsignedInt(address.get(NETWORK_SHORT, 2));
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }

  /** Sets SO_MARK; sockets that a listener accepts from then on inherit it. */
  public static void setMark(int fd, int mark) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.errnoBuffer(arena);
      MemorySegment value = arena.allocateFrom(JAVA_INT, mark);
      int failed =
          (int)
              SETSOCKOPT.invokeExact(
                  errno, fd, SOL_SOCKET, SO_MARK, value, (int) JAVA_INT.byteSize());
      if (failed != 0) {
        throw BpfException.of("set SO_MARK of descriptor " + fd, Native.errno(errno));
      }
    } catch (BpfException failed) {
      throw failed;
    } catch (Throwable thrown) {
      throw Native.impossible(thrown);
    }
  }
}
