package io.sluice.app.packet;

import io.sluice.app.lab.NetworkNamespace;
import io.sluice.app.lab.Pod;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Traffic from one pod to another that goes on until stopped, and counts what becomes of it. */
abstract class Load implements AutoCloseable {
  private static final int PAUSE_MILLIS = 5;
  private static final int PORT = 5001;

  final Pod from;
  final Pod to;
  final boolean v6;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong arrived = new AtomicLong();
  private volatile @Nullable Exception failure;

  Load(Pod from, Pod to, boolean v6) {
    this.from = from;
    this.to = to;
    this.v6 = v6;
  }

  /** Opens what it needs; {@link #step} comes after that. */
  abstract void open() throws Exception;

  /** Sends something, and takes what has come back. */
  abstract void step() throws Exception;

  /** How much was sent: packets, numbers of a stream, or connections. */
  long sent() {
    return sent.get();
  }

  /** How much of it has arrived; fails where the traffic itself has. */
  long arrived() throws Exception {
    if (failure != null) {
      throw new IllegalStateException(toString(), failure);
    }
    take();
    return arrived.get();
  }

  /** Takes what has come back, where nothing else does. */
  void take() throws Exception {}

  void start() {
    try {
      open();
    } catch (Exception e) {
      throw new IllegalStateException(toString(), e);
    }
    run(
        () -> {
          while (!stopped.get()) {
            step();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
          }
        });
  }

  void stop() throws InterruptedException {
    stopped.set(true);
    threads.getLast().join();
  }

  interface Task {
    void run() throws Exception;
  }

  /** Anything that is thrown before the end is a failure of the traffic. */
  final void run(Task task) {
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    task.run();
                  } catch (Exception e) {
                    if (!stopped.get()) {
                      failure = e;
                    }
                  }
                }));
  }

  final void sentOne() {
    sent.incrementAndGet();
  }

  final void arrived(long number) {
    arrived.addAndGet(number);
  }

  final <T extends AutoCloseable> T opening(T resource) {
    opened.add(resource);
    return resource;
  }

  final InetAddress source() {
    return InetAddress.ofLiteral(v6 ? from.ipv6() : from.ipv4());
  }

  final InetAddress destination() {
    return InetAddress.ofLiteral(v6 ? to.ipv6() : to.ipv4());
  }

  final ServerSocket listening() {
    return opening(to.network().call(() -> new ServerSocket(PORT, 500, destination())));
  }

  final Socket connected(int timeoutMillis) {
    NetworkNamespace network = from.network();
    return network.call(
        () -> {
          Socket socket = new Socket();
          socket.connect(new InetSocketAddress(destination(), PORT), timeoutMillis);
          return socket;
        });
  }

  @Override
  public String toString() {
    return "%s over %s: %d sent, %d arrived"
        .formatted(getClass().getSimpleName(), v6 ? "IPv6" : "IPv4", sent.get(), arrived.get());
  }

  @Override
  public void close() throws Exception {
    stopped.set(true);
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  /** Echo requests; arrived is what was answered. */
  static final class Pings extends Load {
    private static final int ID = 77;
    private RawSocket socket;

    Pings(Pod from, Pod to, boolean v6) {
      super(from, to, v6);
    }

    @Override
    void open() {
      socket = opening(RawSocket.at(from.network(), source(), Wire.PING.number(v6)));
    }

    @Override
    void step() throws IOException {
      socket.send(destination(), Wire.ping(v6, ID, (int) sent()));
      sentOne();
      take();
    }

    @Override
    void take() {
      arrived(
          socket.heardPayloads(v6).stream()
              .filter(reply -> Wire.PING.answers(v6, reply) && Wire.PING.sourcePort(reply) == ID)
              .count());
    }
  }

  /** One connection on which numbers go, each of which has to be the next. */
  static final class Stream extends Load {
    private DataOutputStream out;

    Stream(Pod from, Pod to, boolean v6) {
      super(from, to, v6);
    }

    @Override
    void open() throws IOException {
      ServerSocket server = listening();
      Socket client = opening(connected(1_000));
      client.setTcpNoDelay(true);
      out = new DataOutputStream(client.getOutputStream());
      DataInputStream in = new DataInputStream(opening(server.accept()).getInputStream());
      server.close();
      run(
          () -> {
            for (long next = 0; ; next++) {
              if (in.readLong() != next) {
                throw new IOException("not the number that comes next");
              }
              arrived(1);
            }
          });
    }

    @Override
    void step() throws IOException {
      out.writeLong(sent());
      sentOne();
    }
  }

  /** Connections that are opened and closed; none may need a second SYN, which comes after 1 s. */
  static final class Connections extends Load {
    private static final int FIRST_RETRY_MILLIS = 1_000;

    Connections(Pod from, Pod to, boolean v6) {
      super(from, to, v6);
    }

    @Override
    void open() {
      ServerSocket server = listening();
      run(
          () -> {
            while (true) {
              server.accept().close();
              arrived(1);
            }
          });
    }

    @Override
    void step() throws IOException {
      sentOne();
      try (Socket socket = connected(FIRST_RETRY_MILLIS)) {
        socket.getInputStream().read();
      }
    }
  }

  /** What no rule allows, of every protocol; arrived is what was seen on the other pod's link. */
  static final class Probes extends Load {
    private static final int IP_BEGINS = 14;
    private final List<RawSocket> senders = new ArrayList<>();
    private RawSocket link;

    Probes(Pod from, Pod to, boolean v6) {
      super(from, to, v6);
    }

    @Override
    void open() {
      link = opening(RawSocket.onLink(to.network(), "eth0"));
      for (Wire wire : Wire.values()) {
        senders.add(opening(RawSocket.at(from.network(), source(), wire.number(v6))));
      }
    }

    @Override
    void step() throws IOException {
      Wire wire = Wire.values()[(int) (sent() % senders.size())];
      int port = 30_000 + (int) (sent() % 10_000);
      byte[] opening = wire.opening(source(), destination(), port, sent() % 8 < 4 ? PORT : 80);
      senders.get(wire.ordinal()).send(destination(), opening);
      sentOne();
      take();
    }

    @Override
    void take() {
      byte[] address = source().getAddress();
      int at = IP_BEGINS + (v6 ? 8 : 12);
      arrived(
          link.heard().stream()
              .filter(frame -> frame.length >= at + address.length)
              .filter(
                  frame ->
                      Arrays.equals(frame, at, at + address.length, address, 0, address.length))
              .count());
    }
  }
}
