package io.sluice.bench;

import io.sluice.app.lab.Lab;
import io.sluice.app.lab.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The stage of the HTTP benchmark, with an nginx in the server pod. */
final class Rig extends Stage {
  /** Where the server listens. */
  static final int PORT = 80;

  /** What is asked for, and allowed. */
  static final String PATH = "/api/v1/data";

  private Rig(Lab lab, int answerBytes) {
    super(lab);
    for (NetworkNamespace namespace : List.of(lab.node(), client().network(), server().network())) {
      // Whatever the machine has: BBR paces, and holds back at times to see how fast it is.
      namespace.run("sysctl", "-qw", "net.ipv4.tcp_congestion_control=cubic");
    }
    writeResource("nginx.conf");
    writeAnswer(answerBytes);
    String prefix = lab.directory().toString();
    spawn(server().network(), "nginx", List.of("nginx", "-p", prefix, "-c", "nginx.conf"));
  }

  /**
   * Sets it up.
   *
   * @param answerBytes how long the body of the server's answers is
   */
  static Rig raise(int answerBytes) {
    return raise(lab -> new Rig(lab, answerBytes));
  }

  /** The address of a path on the server. */
  String url(String path) {
    return "http://" + server().ipv4() + path;
  }

  /** How many TCP connections the server pod has accepted so far. */
  long acceptedByServer() {
    return server()
        .network()
        .call(
            () -> {
              List<List<String>> tcp;
              try (var lines = Files.lines(Path.of("/proc/thread-self/net/snmp"))) {
                tcp =
                    lines
                        .filter(l -> l.startsWith("Tcp:"))
                        .map(l -> List.of(l.split(" ", -1)))
                        .toList();
              }
              // One line of names, one of numbers.
              return Long.parseLong(tcp.get(1).get(tcp.get(0).indexOf("PassiveOpens")));
            });
  }

  private void writeAnswer(int bytes) {
    Path file = lab().directory().resolve("answer");
    try {
      Files.writeString(file, "x".repeat(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }
}
