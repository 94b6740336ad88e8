package io.sluice.bench.unsteered;

import io.sluice.app.lab.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** A load from one pod on another, as fast as it goes on one connection or one thread. */
enum Traffic {
  /** One TCP connection, bytes in one direction. */
  STREAM("TCP stream", "MB", 1e-6) {
    @Override
    long run(Pod client, Pod server, Duration duration) throws IOException {
      try (ServerSocket listening = listening(server);
          Socket sending = connected(client, server);
          Socket receiving = listening.accept()) {
        Thread reader =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        drain(receiving.getInputStream());
                      } catch (IOException closed) {
                        // The measurement is over.
                      }
                    });
        byte[] bytes = new byte[BUFFER_BYTES];
        OutputStream out = sending.getOutputStream();
        long sent = 0;
        for (long end = end(duration); System.nanoTime() < end; sent += bytes.length) {
          out.write(bytes);
        }
        sending.shutdownOutput();
        join(reader);
        return sent;
      }
    }
  },

  /** TCP connections, one after the other, opened by the client and closed by both. */
  CONNECTIONS("TCP connections", "connection", 1) {
    @Override
    long run(Pod client, Pod server, Duration duration) throws IOException {
      ServerSocket listening = listening(server);
      Thread closer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (true) {
                        listening.accept().close();
                      }
                    } catch (IOException closed) {
                      // The measurement is over.
                    }
                  });
      long count = client.network().call(() -> connect(server, end(duration)));
      listening.close();
      join(closer);
      return count;
    }

    private long connect(Pod server, long end) throws IOException {
      InetSocketAddress to = new InetSocketAddress(address(server), PORT);
      long count = 0;
      for (; System.nanoTime() < end; count++) {
        try (Socket socket = new Socket()) {
          socket.connect(to, LIMIT_MILLIS);
          drain(socket.getInputStream());
        }
      }
      return count;
    }
  },

  /** Small datagrams that are answered, one after the other: two packets each. */
  ROUND_TRIPS("UDP round trips", "round trip", 1) {
    @Override
    long run(Pod client, Pod server, Duration duration) throws IOException {
      InetAddress to = address(server);
      DatagramSocket answering =
          server.network().call(() -> new DatagramSocket(new InetSocketAddress(to, PORT)));
      Thread echo =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      DatagramPacket packet = new DatagramPacket(new byte[64], 64);
                      while (true) {
                        answering.receive(packet);
                        answering.send(packet);
                      }
                    } catch (IOException closed) {
                      // The measurement is over.
                    }
                  });
      try (DatagramSocket asking = client.network().call(() -> new DatagramSocket())) {
        asking.connect(to, PORT);
        asking.setSoTimeout(LIMIT_MILLIS);
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        long count = 0;
        for (long end = end(duration); System.nanoTime() < end; count++) {
          asking.send(packet);
          asking.receive(packet);
        }
        return count;
      } finally {
        answering.close();
        join(echo);
      }
    }
  };

  private static final int PORT = 5201;
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int LIMIT_MILLIS = 5_000;

  private final String title;
  private final String unit;
  private final double scale;

  Traffic(String title, String unit, double scale) {
    this.title = title;
    this.unit = unit;
    this.scale = scale;
  }

  /** Bytes, connections or round trips within about {@code duration}. */
  abstract long run(Pod client, Pod server, Duration duration) throws IOException;

  /** Bytes, connections or round trips, in {@link #unit}s. */
  double measure(Pod client, Pod server, Duration duration) throws IOException {
    return run(client, server, duration) * scale;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  private static ServerSocket listening(Pod server) {
    return server.network().call(() -> new ServerSocket(PORT, 500, address(server)));
  }

  private static Socket connected(Pod client, Pod server) {
    return client.network().call(() -> new Socket(address(server), PORT));
  }

  private static InetAddress address(Pod pod) {
    return InetAddress.ofLiteral(pod.ipv4());
  }

  private static long end(Duration duration) {
    return System.nanoTime() + duration.toNanos();
  }

  private static void drain(InputStream in) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    while (in.read(bytes) >= 0) {
      // Nobody needs them.
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while traffic ends", e);
    }
  }
}
