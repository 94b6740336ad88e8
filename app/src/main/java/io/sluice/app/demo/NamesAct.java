package io.sluice.app.demo;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.LabException;
import io.sluice.app.lab.NameServer;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.Poll;
import io.sluice.app.lab.WebServer;
import io.sluice.app.lab.WorldFolder;
import io.sluice.app.lab.Zone;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The demo's second act: a pod that may ask for some names only, and reach only the addresses that
 * it was told for them, with the resolver of the system and curl.
 */
final class NamesAct {
  static final String POLICY = "allow-s3-egress.yaml";

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String ROW = "%-4s  %-36s  %-4s  %-12s  %s%n";
  private static final String UNRESOLVED = "no address";
  private static final String NOTHING = "no answer";

  private static final Zone ZONE =
      new Zone()
          .with("s3.amazonaws.com", 60, "203.0.113.10", "2001:db8:5::10")
          .with("api.example.com", 60, "203.0.113.20", "2001:db8:5::20")
          .with("evil.example.org", 60, "203.0.113.66", "2001:db8:5::66");

  private static final List<Visit> VISITS =
      List.of(
          new Visit("s3.amazonaws.com:443", false, "200"),
          new Visit("s3.amazonaws.com:443", true, "200"),
          new Visit("api.example.com:443", false, "200"),
          new Visit("s3.amazonaws.com:80", false, NOTHING),
          new Visit("evil.example.org:443", false, UNRESOLVED),
          new Visit("evil.example.org:443", true, UNRESOLVED),
          new Visit("203.0.113.66:443", false, NOTHING),
          new Visit("[2001:db8:5::66]:443", true, NOTHING));

  private final Lab lab;
  private final Pod uploader;
  private final Pod dns;

  private record Visit(String target, boolean v6, String expected) {}

  /** Adds its pods to a node. */
  NamesAct(Lab lab) {
    this.lab = lab;
    uploader = lab.addPod("data-pipeline/uploader");
    dns = lab.addPod("kube-system/dns");
    lab.outside()
        .ip("route add local 203.0.113.0/24 dev lo", "route add local 2001:db8:5::/48 dev lo");
  }

  /** Writes its pods and its policy, which the agent then enforces. */
  private void write(WorldFolder folder) {
    folder.writePod(uploader, Map.of("app", "uploader"));
    folder.writePod(dns, Map.of("k8s-app", "kube-dns"));
    folder.write(POLICY, DemoWorld.example(POLICY));
  }

  /**
   * Plays it and prints a table.
   *
   * @return how many visits ended otherwise than expected
   */
  int play(AgentProcess agent, WorldFolder folder, PrintStream out) {
    int different = 0;
    try (NameServer _ = NameServer.start(dns.network(), new InetSocketAddress(53), ZONE);
        WebServer _ = WebServer.start(lab.outside(), 443)) {
      write(folder);
      Path resolver = lab.directory().resolve("resolv.conf");
      Files.writeString(resolver, "nameserver " + dns.ipv4() + "\noptions attempts:1 timeout:3\n");
      // As long as nothing is enforced, this address answers.
      if (!Poll.until(LIMIT, () -> visit(VISITS.getLast(), resolver).equals(NOTHING))) {
        throw new LabException(POLICY + " is not enforced after " + LIMIT + ":\n" + agent.log());
      }
      out.printf("%nEnforcing %s: only some names, and only their addresses.%n%n", POLICY);
      out.printf(ROW, "", "data-pipeline/uploader visits", "IP", "expected", "happened");
      for (Visit visit : VISITS) {
        String happened = visit(visit, resolver);
        boolean good = happened.equals(visit.expected);
        different += good ? 0 : 1;
        out.printf(
            ROW,
            good ? "PASS" : "FAIL",
            visit.target,
            visit.v6 ? "IPv6" : "IPv4",
            visit.expected,
            happened);
      }
      return different;
    } catch (IOException e) {
      throw new UncheckedIOException("the act of names has failed", e);
    }
  }

  private String visit(Visit visit, Path resolver) {
    Command.Result curl =
        uploader
            .network()
            .run(
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mount --bind \"$0\" /etc/resolv.conf && exec curl \"$@\"",
                resolver.toString(),
                "--silent",
                "--output",
                "/dev/null",
                "--globoff",
                "--write-out",
                "%{http_code}",
                visit.v6 ? "-6" : "-4",
                "--connect-timeout",
                "2",
                "--max-time",
                "8",
                "http://" + visit.target + "/");
    // 6: it could not resolve the name.
    return curl.exit() == 6
        ? UNRESOLVED
        : curl.output().strip().equals("000") ? NOTHING : curl.output().strip();
  }
}
