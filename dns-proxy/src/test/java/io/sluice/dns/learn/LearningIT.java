package io.sluice.dns.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.dns.DnsLab;
import io.sluice.dns.NameServer;
import io.sluice.dns.UdpAsker;
import io.sluice.dns.match.DnsName;
import io.sluice.dns.relay.DnsOutcome;
import io.sluice.dns.relay.RelaySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/** Answers through the whole proxy, and what is in force when they are released. */
@Timeout(60)
class LearningIT {
  private static final RelaySettings SETTINGS = RelaySettings.DEFAULTS;

  @TempDir private Path folder;

  /** Stands where the kernel's maps are; lets one change pass for each permit. */
  private static final class Gate implements NamesInForce {
    private final Semaphore permits = new Semaphore(0);
    private final Map<InetAddress, Set<DnsName>> inForce = new ConcurrentHashMap<>();
    private volatile boolean failing;

    @Override
    public boolean wants(DnsName name) {
      return !name.toString().startsWith("unwanted.");
    }

    @Override
    public void put(Map<InetAddress, Set<DnsName>> names) throws NamesNotInForceException {
      permits.acquireUninterruptibly();
      if (failing) {
        throw new NamesNotInForceException("the map is full", new IllegalStateException());
      }
      names.forEach(
          (address, of) -> {
            if (of.isEmpty()) {
              inForce.remove(address);
            } else {
              inForce.put(address, of);
            }
          });
    }
  }

  private static NameServer server() throws Exception {
    return new NameServer(
        (query, answers, overTcp) -> {
          Name name = new Message(query).getQuestion().getName();
          int last = Math.floorMod(name.toString().hashCode(), 250) + 1;
          answers.send(
              NameServer.reply(
                  query,
                  new ARecord(name, DClass.IN, 60, InetAddress.ofLiteral("192.0.2." + last))));
        });
  }

  private Path file() {
    return folder.resolve("names");
  }

  private Learning learning(Gate gate) throws Exception {
    Learning learning = new Learning(LearnSettings.DEFAULTS, gate, Liveness.NONE, file());
    learning.start();
    return learning;
  }

  @Test
  void holdsAnAnswerUntilItsAddressesAreInForce() throws Exception {
    Gate gate = new Gate();
    try (NameServer server = server();
        Learning learning = learning(gate);
        DnsLab lab = new DnsLab(server, SETTINGS, learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.send(UdpAsker.query(1, "a.io."));
      assertThat(asker.receive(300)).as("not in force yet").isNull();
      // The second answer says nothing new, and has to wait for the first all the same.
      asker.send(UdpAsker.query(2, "a.io."));
      await().until(() -> server.received().size() == 2);
      assertThat(asker.receive(200)).isNull();
      gate.permits.release();
      assertThat(asker.receive(2_000)).isNotNull();
      assertThat(asker.receive(2_000)).isNotNull();
      assertThat(gate.inForce).hasSize(1);
      // From now on nothing is to be waited for.
      assertThat(new Message(asker.ask(UdpAsker.query(3, "a.io."))).getRcode())
          .isEqualTo(Rcode.NOERROR);
      assertThat(asker.ask(UdpAsker.query(4, "unwanted.io."))).isNotNull();
      assertThat(learning.names()).hasSize(2);
    }
  }

  @Test
  void saysThatItFailedWhereTheKernelDoesNotTakeThem() throws Exception {
    Gate gate = new Gate();
    gate.failing = true;
    gate.permits.release(100);
    try (NameServer server = server();
        Learning learning = learning(gate);
        DnsLab lab = new DnsLab(server, SETTINGS, learning, "*");
        DnsLab releasing = new DnsLab(server, SETTINGS.withReleaseUnusable(true), learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp());
        UdpAsker other = new UdpAsker(releasing.udp())) {
      for (int i = 0; i < 2; i++) {
        assertThat(new Message(asker.ask(UdpAsker.query(i, "a.io."))).getRcode())
            .as("also the second time, when nothing is new")
            .isEqualTo(Rcode.SERVFAIL);
      }
      assertThat(lab.counters().of(DnsOutcome.UNUSABLE)).isEqualTo(2);
      assertThat(new Message(other.ask(UdpAsker.query(3, "a.io."))).getRcode())
          .isEqualTo(Rcode.NOERROR);
      gate.failing = false;
      assertThat(new Message(asker.ask(UdpAsker.query(4, "a.io."))).getRcode())
          .isEqualTo(Rcode.NOERROR);
      assertThat(gate.inForce).hasSize(1);
    }
  }

  @Test
  void saysThatItFailedInTimeWhereTheKernelIsStuck() throws Exception {
    Gate gate = new Gate();
    RelaySettings hurried =
        new RelaySettings(
            false, false, false, Duration.ofSeconds(1), Duration.ofMillis(500), 100, 100, 100);
    try (NameServer server = server();
        Learning learning = learning(gate);
        DnsLab lab = new DnsLab(server, hurried, learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      assertThat(new Message(asker.ask(UdpAsker.query(1, "a.io."))).getRcode())
          .isEqualTo(Rcode.SERVFAIL);
      gate.permits.release();
    }
  }

  @Test
  void shutsWhatIsDueAndRemembersTheRestThroughARestart() throws Exception {
    Gate before = new Gate();
    before.permits.release(100);
    try (NameServer server = server();
        Learning learning = learning(before);
        DnsLab lab = new DnsLab(server, SETTINGS, learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      asker.ask(UdpAsker.query(2, "b.io."));
    }
    Gate after = new Gate();
    after.permits.release(100);
    AtomicLong clock = new AtomicLong(System.currentTimeMillis());
    try (Learning learning =
        new Learning(LearnSettings.DEFAULTS, after, Liveness.NONE, file(), clock::get)) {
      learning.start();
      assertThat(after.inForce).as("in force before the first query").hasSize(2);
      clock.addAndGet(50_000);
      learning.sweep();
      assertThat(learning.size()).as("before a TTL of 60 s ends").isEqualTo(2);
      clock.addAndGet(15_000);
      learning.sweep();
      await().until(after.inForce::isEmpty);
      assertThat(learning.size()).isZero();
    }
  }

  @Test
  void countsWhatIsKnownOverdueForgottenAndEvicted() throws Exception {
    InetAddress kept = InetAddress.ofLiteral("192.0.2.1");
    AtomicLong clock = new AtomicLong(1_000_000);
    LearnSettings small = LearnSettings.DEFAULTS.withMost(2, 3, 4);
    Gate gate = new Gate();
    gate.permits.release(100);
    try (Learning learning = new Learning(small, gate, _ -> Set.of(kept), file(), clock::get)) {
      long due = clock.get() + 60_000;
      learning.learn(name("prod/app", "a.io", due, 1, 2, 3));
      learning.learn(name("prod/app", "b.io", due, 1));
      assertThat(learning.evicted(Limit.NAME)).isEqualTo(1);
      learning.learn(name("prod/app", "c.io", due, 5));
      learning.learn(name("prod/app", "d.io", due, 6));
      assertThat(learning.evicted(Limit.ENDPOINT)).as("a.io and its addresses").isEqualTo(2);
      learning.learn(name("prod/other", "a.io", due, 7, 8));
      assertThat(learning.evicted(Limit.NODE)).isEqualTo(1);
      assertThat(learning.nameCount()).isEqualTo(3);
      assertThat(learning.size()).isEqualTo(4);
      assertThat(learning.forgottenNames()).as("by time").isZero();

      clock.set(due);
      learning.learn(name("prod/other", "e.io", due, 1));
      learning.sweep();
      assertThat(learning.overdueNames()).isEqualTo(1);
      assertThat(learning.overdueAddresses()).isEqualTo(1);
      assertThat(learning.forgottenNames()).isEqualTo(2);
      assertThat(learning.forgottenAddresses()).isEqualTo(2);
      assertThat(learning.size()).isEqualTo(1);
    }
  }

  private static LearnedName name(String endpoint, String name, long due, int... lasts) {
    return new LearnedName(
        endpoint,
        Objects.requireNonNull(DnsName.of(name)),
        Arrays.stream(lasts)
            .mapToObj(last -> new LearnedAddress(InetAddress.ofLiteral("192.0.2." + last), due))
            .toList());
  }

  @Test
  void givesAwayEverythingAndTakesItBack() throws Exception {
    Gate gate = new Gate();
    gate.permits.release(100);
    CompletableFuture<Void> usable = new CompletableFuture<>();
    List<LearnedName> inherited = new CopyOnWriteArrayList<>();
    try (NameServer server = server();
        Learning learning = learning(gate);
        DnsLab lab = new DnsLab(server, SETTINGS, learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      asker.ask(UdpAsker.query(2, "unwanted.io."));
      learning.giveTo(
          name -> {
            inherited.add(name);
            return usable;
          });
      Gate other = new Gate();
      other.permits.release(100);
      try (Learning heir = learning(other)) {
        assertThat(heir.names()).as("wanted or not").hasSize(2);
        asker.send(UdpAsker.query(3, "b.io."));
        assertThat(asker.receive(300)).as("before the heir can use it").isNull();
        CompletableFuture<Void> learned = heir.learn(inherited.getFirst());
        // Null if it was in force before we looked.
        assertThat(learned == null ? CompletableFuture.completedFuture(null) : learned)
            .succeedsWithin(Duration.ofSeconds(2));
        assertThat(other.inForce)
            .containsKey(inherited.getFirst().addresses().getFirst().address());
        usable.complete(null);
        assertThat(asker.receive(2_000)).isNotNull();
        assertThat(gate.inForce).as("here nothing is put in force").hasSize(1);
      }
      learning.takeBack();
      asker.ask(UdpAsker.query(4, "c.io."));
      await().until(() -> gate.inForce.size() == 3);
      assertThat(learning.names()).hasSize(4);
    }
    try (Learning next = learning(gate)) {
      assertThat(next.names()).hasSize(4);
    }
  }

  @Test
  void leavesTheFilesOfTheOneBeforeAloneAsLongAsItKeepsThem() throws Exception {
    Gate gate = new Gate();
    gate.permits.release(100);
    try (NameServer server = server();
        Learning learning = learning(gate);
        DnsLab lab = new DnsLab(server, SETTINGS, learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      List<String> before = List.of(folder.toFile().list());
      Learning ahead = new Learning(LearnSettings.DEFAULTS, gate, Liveness.NONE, file());
      ahead.startAhead();
      assertThat(ahead.names()).hasSize(1);
      ahead.close();
      assertThat(folder.toFile().list()).containsExactlyInAnyOrderElementsOf(before);
    }
  }

  @Test
  void tellsNothingThatNobodyRemembers() throws Exception {
    Gate gate = new Gate();
    gate.permits.release(100);
    try (NameServer server = server();
        Learning learning = learning(gate);
        DnsLab lab = new DnsLab(server, SETTINGS, learning, "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      learning.giveTo(name -> CompletableFuture.failedFuture(new IOException("it has no room")));
      assertThat(new Message(asker.ask(UdpAsker.query(2, "a.io."))).getRcode())
          .isEqualTo(Rcode.SERVFAIL);
      learning.takeBack();
      assertThat(new Message(asker.ask(UdpAsker.query(3, "a.io."))).getRcode())
          .isEqualTo(Rcode.NOERROR);
    }
  }

  @Test
  void neverReleasesAnAnswerBeforeItsAddressWhoeverElseAsks() throws Exception {
    Gate gate = new Gate();
    gate.permits.release(1_000_000);
    try (NameServer server = server();
        Learning learning = learning(gate);
        DnsLab lab = new DnsLab(server, SETTINGS, learning, "*");
        UdpAsker one = new UdpAsker(lab.udp());
        UdpAsker other = new UdpAsker(lab.udp())) {
      for (int i = 0; i < 200; i++) {
        byte[] query = UdpAsker.query(i, "n" + i + ".io.");
        one.send(query);
        other.send(query);
        for (UdpAsker asker : new UdpAsker[] {one, other}) {
          Message answer = new Message(asker.receive(3_000));
          InetAddress address =
              ((ARecord) answer.getSection(org.xbill.DNS.Section.ANSWER).getFirst()).getAddress();
          assertThat(gate.inForce.get(address))
              .extracting(DnsName::toString)
              .contains("n" + i + ".io.");
        }
      }
    }
  }
}
