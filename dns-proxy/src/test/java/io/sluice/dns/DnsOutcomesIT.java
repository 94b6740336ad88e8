package io.sluice.dns;

import static io.sluice.dns.relay.DnsPart.DATAPATH;
import static io.sluice.dns.relay.DnsPart.POLICY;
import static io.sluice.dns.relay.DnsPart.TOTAL;
import static io.sluice.dns.relay.DnsPart.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.cilium.DnsNetworkPolicyRules.Reject;
import io.sluice.dns.relay.DnsCounters;
import io.sluice.dns.relay.DnsOutcome;
import io.sluice.dns.relay.DnsPart;
import io.sluice.dns.relay.GivenCode;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.dns.relay.UdpSockets;
import io.sluice.proxy.policy.rule.Protocol;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Type;

/** Everything that can become of a message is brought about on the wire, and counted as that. */
@Timeout(60)
class DnsOutcomesIT {
  private static final RelaySettings FAST =
      RelaySettings.DEFAULTS.withTryTimeout(Duration.ofMillis(200));
  private static final RelaySettings IMPATIENT =
      new RelaySettings(
          false, false, false, Duration.ofMillis(200), Duration.ofMillis(300), 100, 100, 100);
  private static final NameServer.Script SILENCE = (query, answers, overTcp) -> {};
  private static final int ODD_CODE = 9;

  private static byte[] address(byte[] query) throws IOException {
    Name name = new Message(query).getQuestion().getName();
    return NameServer.reply(
        query, new ARecord(name, DClass.IN, 60, InetAddress.ofLiteral("192.0.2.1")));
  }

  /** Answers by the first label of the name: a code, or an address. */
  private static final NameServer.Script BY_NAME =
      (query, answers, overTcp) -> {
        String name = new Message(query).getQuestion().getName().toString();
        byte[] answer = name.startsWith("code") ? NameServer.reply(query) : address(query);
        answer[3] |= (byte) (name.startsWith("code") ? name.charAt(4) - '0' : 0);
        answers.send(answer);
      };

  @ParameterizedTest
  @EnumSource
  void isCounted(DnsOutcome outcome) throws Exception {
    switch (outcome) {
      case ANSWERED -> answered();
      case REFUSED -> refused();
      case MALFORMED -> malformed();
      case DROPPED -> dropped();
      case STRANGER -> stranger();
      case OVERLOAD -> overload();
      case NO_SOCKET -> noSocket();
      case UNANSWERED -> unanswered();
      case ABANDONED -> abandoned();
      case MALFORMED_ANSWER -> malformedAnswer();
      case FOREIGN_ANSWER -> foreignAnswer();
      case UNUSABLE -> unusable();
      case USABLE_TOO_LATE -> usableTooLate();
    }
  }

  private static void answered() throws Exception {
    try (NameServer server = new NameServer(BY_NAME);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "**.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      for (String name : new String[] {"a", "code0", "code1", "code2", "code3", "code4", "code5"}) {
        asker.ask(UdpAsker.query(1, name + ".io."));
      }
      asker.ask(UdpAsker.query(1, "code" + ODD_CODE + ".io."));
      asker.ask(UdpAsker.query(1, "any.io.", Type.ANY).toWire());
      askOverTcp(lab, UdpAsker.query(1, "a.io."));
      assertCounts(
          lab,
          Map.of(
              "answered udp NOERROR", 2L,
              "answered udp NODATA", 1L,
              "answered udp FORMERR", 1L,
              "answered udp SERVFAIL", 1L,
              "answered udp NXDOMAIN", 1L,
              "answered udp NOTIMP", 1L,
              "answered udp REFUSED", 1L,
              "answered udp other", 1L,
              "answered tcp NOERROR", 1L));
      assertTimed(lab, DnsOutcome.ANSWERED, POLICY, UPSTREAM, DATAPATH, TOTAL);
      assertThat(sum(lab.counters().times(DnsOutcome.ANSWERED, TOTAL).counts())).isEqualTo(10);
      assertThat(sum(lab.counters().times(DnsOutcome.ANSWERED, DATAPATH).counts()))
          .as("those with addresses")
          .isEqualTo(3);
    }
  }

  private static void refused() throws Exception {
    try (NameServer server = new NameServer(BY_NAME);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "b.io."));
      askOverTcp(lab, UdpAsker.query(1, "b.io."));
      lab.allow(Reject.NXDOMAIN, "a.io");
      asker.ask(UdpAsker.query(1, "b.io."));
      lab.allow();
      asker.send(UdpAsker.query(1, "a.io."));
      await().until(() -> lab.counters().of(DnsOutcome.REFUSED) == 4);
      assertCounts(
          lab,
          Map.of(
              "refused udp REFUSED", 1L,
              "refused tcp REFUSED", 1L,
              "refused udp NXDOMAIN", 1L,
              "refused udp none", 1L));
      assertTimed(lab, DnsOutcome.REFUSED, POLICY, TOTAL);
    }
  }

  private static void malformed() throws Exception {
    byte[] noQuestion = UdpAsker.query(9, "a.io.");
    noQuestion[5] = 0;
    byte[] update = UdpAsker.query(9, "a.io.");
    update[2] |= Opcode.UPDATE << 3;
    try (NameServer server = new NameServer(BY_NAME);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(noQuestion);
      asker.ask(update);
      lab.allow();
      asker.send(noQuestion);
      await().until(() -> lab.counters().of(DnsOutcome.MALFORMED) == 3);
      assertCounts(
          lab,
          Map.of(
              "malformed udp FORMERR", 1L, "malformed udp NOTIMP", 1L, "malformed udp none", 1L));
      assertTimed(lab, DnsOutcome.MALFORMED);
    }
  }

  private static void dropped() throws Exception {
    byte[] answer = UdpAsker.query(9, "a.io.");
    answer[2] |= (byte) 0x80;
    try (NameServer server = new NameServer(BY_NAME);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.send(answer);
      asker.send(new byte[11]);
      await().until(() -> lab.counters().of(DnsOutcome.DROPPED) == 2);
      assertCounts(lab, Map.of("dropped udp none", 2L));
    }
  }

  private static void stranger() throws Exception {
    byte[] query = UdpAsker.query(1, "a.io.");
    try (NameServer server = new NameServer(BY_NAME);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        DnsLab nowhere = new DnsLab(server, new NoPorts(null), FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(nowhere.udp());
        DatagramSocket nobody = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.2"))) {
      nobody.send(new java.net.DatagramPacket(query, query.length, lab.udp()));
      asker.send(query);
      for (DnsLab each : new DnsLab[] {lab, nowhere}) {
        await().until(() -> each.counters().of(DnsOutcome.STRANGER) == 1);
        assertCounts(each, Map.of("stranger udp none", 1L));
      }
    }
  }

  private static void overload() throws Exception {
    try (NameServer server = new NameServer(SILENCE);
        DnsLab lab = new DnsLab(server, FAST.withInFlight(10, 1), Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.send(UdpAsker.query(1, "a.io."));
      asker.ask(UdpAsker.query(2, "a.io."));
      assertCounts(lab, Map.of("overload udp SERVFAIL", 1L));
      assertTimed(lab, DnsOutcome.OVERLOAD, POLICY, TOTAL);
    }
  }

  private static void noSocket() throws Exception {
    try (NameServer server = new NameServer(BY_NAME);
        DnsLab lab = new DnsLab(server, new NoPorts(server.address()), FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      assertCounts(lab, Map.of("no_socket udp SERVFAIL", 1L));
      assertTimed(lab, DnsOutcome.NO_SOCKET, POLICY, UPSTREAM, TOTAL);
    }
  }

  private static void unanswered() throws Exception {
    try (NameServer server = new NameServer(SILENCE);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      assertCounts(lab, Map.of("unanswered udp SERVFAIL", 1L));
      assertTimed(lab, DnsOutcome.UNANSWERED, POLICY, UPSTREAM, TOTAL);
      assertThat(lab.counters().times(DnsOutcome.UNANSWERED, UPSTREAM).sumSeconds())
          .as("two tries")
          .isBetween(0.4, 5.0);
    }
  }

  private static void abandoned() throws Exception {
    try (NameServer server = new NameServer(SILENCE);
        DnsLab lab = new DnsLab(server, RelaySettings.DEFAULTS, Learner.NONE, "a.io")) {
      try (Socket client = connected(lab)) {
        send(client, UdpAsker.query(1, "a.io."));
        await().until(() -> !server.received().isEmpty());
        client.setSoLinger(true, 0);
      }
      await().until(() -> lab.counters().of(DnsOutcome.ABANDONED) == 1);
      assertCounts(lab, Map.of("abandoned tcp none", 1L));
      assertTimed(lab, DnsOutcome.ABANDONED, POLICY, UPSTREAM, TOTAL);
    }
  }

  private static void malformedAnswer() throws Exception {
    NameServer.Script cut =
        (query, answers, overTcp) -> {
          byte[] whole = address(query);
          answers.send(Arrays.copyOf(whole, whole.length - 3));
        };
    try (NameServer server = new NameServer(cut);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      assertCounts(lab, Map.of("malformed_answer udp SERVFAIL", 1L));
      assertTimed(lab, DnsOutcome.MALFORMED_ANSWER, POLICY, UPSTREAM, TOTAL);
    }
  }

  private static void foreignAnswer() throws Exception {
    NameServer.Script forging =
        (query, answers, overTcp) -> {
          byte[] forged = address(query);
          forged[13] = 'b';
          answers.send(forged);
          answers.send(address(query));
        };
    try (NameServer server = new NameServer(forging);
        DnsLab lab = new DnsLab(server, FAST, Learner.NONE, "a.io");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.ask(UdpAsker.query(1, "a.io."));
      assertCounts(lab, Map.of("foreign_answer udp none", 1L, "answered udp NOERROR", 1L));
      assertTimed(lab, DnsOutcome.FOREIGN_ANSWER);
    }
  }

  private static void unusable() throws Exception {
    Learner failing =
        (endpoint, query, answer) ->
            CompletableFuture.failedFuture(new IllegalStateException("the map is full"));
    assertHeld(failing, FAST, DnsOutcome.UNUSABLE);
  }

  private static void usableTooLate() throws Exception {
    Learner stuck = (endpoint, query, answer) -> new CompletableFuture<>();
    assertHeld(stuck, IMPATIENT, DnsOutcome.USABLE_TOO_LATE);
  }

  /** Without release, and with. */
  private static void assertHeld(Learner learner, RelaySettings settings, DnsOutcome outcome)
      throws Exception {
    for (GivenCode given : new GivenCode[] {GivenCode.SERVFAIL, GivenCode.NOERROR}) {
      RelaySettings release = settings.withReleaseUnusable(given == GivenCode.NOERROR);
      try (NameServer server = new NameServer(BY_NAME);
          DnsLab lab = new DnsLab(server, release, learner, "a.io");
          UdpAsker asker = new UdpAsker(lab.udp())) {
        asker.ask(UdpAsker.query(1, "a.io."));
        assertCounts(lab, Map.of(outcome.label() + " udp " + given.label(), 1L));
        assertTimed(lab, outcome, POLICY, UPSTREAM, DATAPATH, TOTAL);
      }
    }
  }

  /** What was counted, and that nothing else was. */
  private static void assertCounts(DnsLab lab, Map<String, Long> expected) {
    DnsCounters counters = lab.counters();
    Map<String, Long> counts = new TreeMap<>();
    for (DnsOutcome outcome : DnsOutcome.values()) {
      for (GivenCode code : GivenCode.values()) {
        for (Protocol carrier : Set.of(Protocol.UDP, Protocol.TCP)) {
          long count = counters.of(outcome, carrier, code);
          if (count > 0) {
            assertThat(outcome.codes()).contains(code);
            String transport = carrier == Protocol.TCP ? " tcp " : " udp ";
            counts.put(outcome.label() + transport + code.label(), count);
          }
        }
      }
    }
    assertThat(counts).isEqualTo(new TreeMap<>(expected));
  }

  private static void assertTimed(DnsLab lab, DnsOutcome outcome, DnsPart... parts) {
    Set<DnsPart> timed = EnumSet.noneOf(DnsPart.class);
    for (DnsPart part : DnsPart.values()) {
      if (sum(lab.counters().times(outcome, part).counts()) > 0) {
        timed.add(part);
      }
    }
    assertThat(timed).containsExactlyInAnyOrder(parts);
  }

  private static long sum(long... counts) {
    return Arrays.stream(counts).sum();
  }

  private static Socket connected(DnsLab lab) throws IOException {
    Socket client = new Socket();
    client.connect(lab.tcp());
    client.setSoTimeout(5_000);
    return client;
  }

  private static void send(Socket client, byte[] query) throws IOException {
    DataOutputStream out = new DataOutputStream(client.getOutputStream());
    out.writeShort(query.length);
    out.write(query);
  }

  private static void askOverTcp(DnsLab lab, byte[] query) throws IOException {
    try (Socket client = connected(lab)) {
      send(client, query);
      DataInputStream in = new DataInputStream(client.getInputStream());
      assertThat(in.readNBytes(in.readUnsignedShort())).isNotEmpty();
    }
  }

  /**
   * Plain sockets, of which none can be had towards a server.
   *
   * @param server null if what comes was not steered
   */
  private record NoPorts(InetSocketAddress server) implements UdpSockets {
    @Override
    public boolean receiving(EpollDatagramChannel channel, boolean ipv6) {
      return true;
    }

    @Override
    public InetSocketAddress destination(DatagramPacket query) {
      return server;
    }

    @Override
    public boolean answering(EpollDatagramChannel channel) {
      return false;
    }

    @Override
    public void asking(EpollDatagramChannel channel) {
      throw new ChannelException("no port is free");
    }
  }
}
