package io.sluice.bpf.steer;

import static io.sluice.bpf.map.EndpointValue.NO_NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bpf.map.Action;
import io.sluice.bpf.map.EndpointValue;
import io.sluice.bpf.map.EndpointValue.Mode;
import io.sluice.bpf.map.Event;
import io.sluice.bpf.map.PolicyKeys;
import io.sluice.bpf.map.PolicyValue;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs know of a connection: which packets share the verdict of its first one. */
class ConnectionsKT extends ProgramRuns {
  private static final int ECHO = 8;
  private static final int ECHO_REPLY = 0;
  private static final int PORT = 53;
  private static final int HIGH = 40000;
  private static final int SYN_ACK = Frame.SYN | Frame.ACK;
  private static final int FRIEND = 300;
  private static final int OTHER_IFINDEX = 9;
  private static final String POD_V4 = "10.1.0.2";
  private static final String POD_V6 = "fd01::2";

  private String pod = POD_V4;
  private String peer = "10.1.0.1";

  private void family(boolean ipv6) throws Exception {
    pod = ipv6 ? POD_V6 : POD_V4;
    peer = ipv6 ? "fd01::1" : "10.1.0.1";
    peer(peer, FRIEND, 0);
  }

  private byte[] toPod(int protocol, byte[] payload) {
    return Frame.between(peer, pod, protocol, payload);
  }

  private byte[] fromPod(int protocol, byte[] payload) {
    return Frame.between(pod, peer, protocol, payload);
  }

  private static byte[] ports(int protocol, int source, int destination, boolean opens) {
    return switch (protocol) {
      case TCP -> Frame.tcp(source, destination, opens ? Frame.SYN : Frame.ACK, 5);
      case UDP -> Frame.udp(source, destination);
      default -> Frame.sctp(source, destination, opens ? 1 : 0);
    };
  }

  private static PolicyKeys allow(boolean egress, int identity, int protocol, int port) {
    PolicyKeys keys = new PolicyKeys();
    keys.add(ENDPOINT, egress, identity, protocol, port, port, value(Action.ALLOW));
    return keys;
  }

  @ParameterizedTest
  @CsvSource({"6, false", "17, false", "132, false", "6, true", "17, true", "132, true"})
  void answersToWhatEntersShareItsVerdict(int protocol, boolean ipv6) throws Exception {
    family(ipv6);
    enforce(true, true);
    policy(allow(false, FRIEND, protocol, PORT));

    assertThat(outOf(fromPod(protocol, ports(protocol, 99, HIGH, false))))
        .as("before anything has entered")
        .isEqualTo(DROP);
    assertThat(into(toPod(protocol, ports(protocol, HIGH, PORT, true)))).isEqualTo(PASS);
    assertThat(outOf(fromPod(protocol, ports(protocol, PORT, HIGH, false)))).isEqualTo(PASS);
    assertThat(into(toPod(protocol, ports(protocol, HIGH, PORT, false)))).isEqualTo(PASS);
    assertThat(outOf(fromPod(protocol, ports(protocol, PORT, HIGH + 1, true))))
        .as("to another port")
        .isEqualTo(DROP);
  }

  @ParameterizedTest
  @CsvSource({"6, false", "17, false", "132, false", "6, true", "17, true", "132, true"})
  void answersToWhatLeavesShareItsVerdict(int protocol, boolean ipv6) throws Exception {
    family(ipv6);
    enforce(true, true);
    policy(allow(true, FRIEND, protocol, PORT));

    assertThat(outOf(fromPod(protocol, ports(protocol, HIGH, PORT, true)))).isEqualTo(PASS);
    assertThat(into(toPod(protocol, ports(protocol, PORT, HIGH, false)))).isEqualTo(PASS);
    assertThat(into(toPod(protocol, ports(protocol, PORT, HIGH + 1, true)))).isEqualTo(DROP);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersPassWhereOnlyTheOtherDirectionIsJudged(boolean ipv6) throws Exception {
    family(ipv6);
    enforce(true, false);
    policy(new PolicyKeys());
    for (int protocol : new int[] {TCP, UDP, SCTP}) {
      assertThat(outOf(fromPod(protocol, ports(protocol, HIGH, PORT, true)))).isEqualTo(PASS);
      assertThat(into(toPod(protocol, ports(protocol, PORT, HIGH, false)))).isEqualTo(PASS);
      assertThat(into(toPod(protocol, ports(protocol, HIGH, PORT, true)))).isEqualTo(DROP);
    }
    assertThat(reported()).as("of the direction that is not judged").allMatch(e -> !e.passed());
  }

  @Test
  void anAnsweringPortOpensNoConnectionTheOtherWay() throws Exception {
    family(false);
    enforce(true, true);
    policy(allow(false, FRIEND, TCP, PORT));
    assertThat(into(toPod(TCP, ports(TCP, HIGH, PORT, true)))).isEqualTo(PASS);
    assertThat(outOf(fromPod(TCP, Frame.tcp(PORT, HIGH, SYN_ACK, 5)))).isEqualTo(PASS);
    assertThat(outOf(fromPod(TCP, ports(TCP, PORT, HIGH, true)))).isEqualTo(DROP);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void echoRepliesBelongToTheirRequest(boolean ipv6) throws Exception {
    family(ipv6);
    enforce(true, true);
    int protocol = ipv6 ? ICMP6 : ICMP;
    int request = ipv6 ? 128 : ECHO;
    int reply = ipv6 ? 129 : ECHO_REPLY;
    policy(allow(true, FRIEND, protocol, request));

    assertThat(into(toPod(protocol, Frame.icmp(reply, 7)))).isEqualTo(DROP);
    assertThat(outOf(fromPod(protocol, Frame.icmp(request, 7)))).isEqualTo(PASS);
    assertThat(into(toPod(protocol, Frame.icmp(reply, 7)))).isEqualTo(PASS);
    assertThat(into(toPod(protocol, Frame.icmp(reply, 8)))).isEqualTo(DROP);
    assertThat(into(toPod(protocol, Frame.icmp(request, 7))))
        .as("a request the other way")
        .isEqualTo(DROP);
  }

  @ParameterizedTest
  @CsvSource({"6, false", "17, false", "132, false", "6, true", "17, true", "132, true"})
  void errorsAboutAKnownConnectionPass(int protocol, boolean ipv6) throws Exception {
    family(ipv6);
    enforce(true, true);
    policy(allow(true, FRIEND, protocol, PORT));
    byte[] sent = fromPod(protocol, ports(protocol, HIGH, PORT, true));
    byte[] about = Frame.packetOf(sent);
    byte[] other = Frame.packetOf(fromPod(protocol, ports(protocol, HIGH, PORT + 1, true)));
    String router = ipv6 ? "fd05::1" : "10.5.0.1";
    int icmp = ipv6 ? ICMP6 : ICMP;
    int unreachable = ipv6 ? 1 : 3;
    byte[] error = Frame.between(router, pod, icmp, Frame.icmp(unreachable, 0), about);

    assertThat(into(error)).as("before").isEqualTo(DROP);
    assertThat(outOf(sent)).isEqualTo(PASS);
    assertThat(into(error)).isEqualTo(PASS);
    assertThat(into(Frame.between(router, pod, icmp, Frame.icmp(unreachable, 0), other)))
        .as("about another")
        .isEqualTo(DROP);
    assertThat(into(Frame.cut(error, about.length - 21))).as("cut short").isEqualTo(DROP);
    policy(new PolicyKeys());
    assertThat(into(error)).as("about one that is not allowed any more").isEqualTo(DROP);
  }

  @ParameterizedTest
  @CsvSource({"6, false", "17, false", "132, false", "6, true", "17, true", "132, true"})
  void aFlippedVerdictEndsWhatIsOpenBothWays(int protocol, boolean ipv6) throws Exception {
    family(ipv6);
    enforce(true, true);
    byte[] more = toPod(protocol, ports(protocol, HIGH, PORT, false));
    byte[] answer = fromPod(protocol, ports(protocol, PORT, HIGH, false));
    policy(allow(false, FRIEND, protocol, PORT));
    assertThat(into(toPod(protocol, ports(protocol, HIGH, PORT, true)))).isEqualTo(PASS);
    reported();

    policy(allow(false, FRIEND, protocol, PORT));
    assertThat(outOf(answer)).as("still allowed").isEqualTo(PASS);
    assertThat(into(more)).isEqualTo(PASS);
    assertThat(reported()).as("it is the same connection").isEmpty();

    policy(allow(false, FRIEND, protocol, PORT + 1));
    assertThat(outOf(answer)).isEqualTo(DROP);
    assertThat(into(more)).isEqualTo(DROP);
    assertThat(reported()).hasSize(2).allMatch(event -> !event.passed() && !event.egress());

    policy(allow(false, FRIEND, protocol, PORT));
    assertThat(into(more)).as("allowed again").isEqualTo(PASS);
  }

  @Test
  void anIdentityThatChangesEndsWhatIsOpen() throws Exception {
    family(false);
    enforce(true, true);
    policy(allow(false, FRIEND, UDP, PORT));
    assertThat(into(toPod(UDP, Frame.udp(HIGH, PORT)))).isEqualTo(PASS);
    peer(peer, FRIEND + 1, 0);
    policy(allow(false, FRIEND, UDP, PORT));
    assertThat(outOf(fromPod(UDP, Frame.udp(PORT, HIGH)))).isEqualTo(DROP);
  }

  @Test
  void anOpenConnectionThatIsToBeSteeredIsResetAndNotPassed() throws Exception {
    family(false);
    enforce(true, true);
    policy(allow(false, FRIEND, TCP, PORT));
    assertThat(into(toPod(TCP, ports(TCP, HIGH, PORT, true)))).isEqualTo(PASS);
    PolicyKeys steer = new PolicyKeys();
    steer.add(ENDPOINT, false, FRIEND, TCP, PORT, PORT, value(Action.STEER));
    policy(steer);
    assertThat(into(toPod(TCP, ports(TCP, HIGH, PORT, false)))).isEqualTo(REDIRECT);
    assertThat(outOf(fromPod(TCP, ports(TCP, PORT, HIGH, false)))).isEqualTo(REDIRECT);
    assertThat(into(toPod(TCP, Frame.tcp(HIGH, PORT, Frame.RST | Frame.ACK, 5)))).isEqualTo(DROP);
    assertThat(into(toPod(TCP, Frame.tcp(HIGH, PORT, 0, 5)))).as("without ACK").isEqualTo(DROP);
    assertThat(into(toPod(TCP, ports(TCP, HIGH, PORT, true)))).isEqualTo(REDIRECT);
  }

  /** Which side has opened it shows in what is allowed, else in the ports. */
  @Test
  void aConnectionThatIsOlderThanTheProgramsLivesOnIfItCouldHaveBeenOpened() throws Exception {
    family(false);
    enforce(true, true);
    policy(allow(true, FRIEND, TCP, PORT));
    assertThat(into(toPod(TCP, ports(TCP, PORT, HIGH, false)))).isEqualTo(PASS);
    assertThat(into(toPod(TCP, ports(TCP, PORT + 1, HIGH, false)))).isEqualTo(DROP);

    forget();
    family(false);
    enforce(true, false);
    policy(allow(false, FRIEND, TCP, PORT));
    assertThat(outOf(fromPod(TCP, ports(TCP, PORT, HIGH, false)))).as("allowed in").isEqualTo(PASS);
    assertThat(outOf(fromPod(TCP, ports(TCP, 22, HIGH, false)))).as("not").isEqualTo(DROP);
    assertThat(into(toPod(TCP, ports(TCP, HIGH, 22, false)))).isEqualTo(DROP);
    assertThat(into(toPod(TCP, ports(TCP, 443, HIGH, false)))).as("too early").isEqualTo(DROP);
    assertThat(outOf(fromPod(TCP, ports(TCP, HIGH, 443, false)))).as("a client").isEqualTo(PASS);
    assertThat(into(toPod(TCP, ports(TCP, 443, HIGH, false)))).isEqualTo(PASS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void laterFragmentsShareTheVerdictOfTheirFirst(boolean ipv6) throws Exception {
    enforce(true, false);
    policy(allow(false, ANY, UDP, PORT));
    byte[] first = fragment(ipv6, UDP, 0, true, Frame.udp(HIGH, PORT));
    byte[] denied = fragment(ipv6, UDP, 0, true, Frame.udp(HIGH, 22));
    byte[] later = fragment(ipv6, UDP, 1, false, new byte[24]);

    assertThat(into(later)).as("before its first").isEqualTo(DROP);
    assertThat(into(denied)).isEqualTo(DROP);
    assertThat(into(later)).as("of one that is denied").isEqualTo(DROP);
    assertThat(into(first)).isEqualTo(PASS);
    assertThat(into(later)).isEqualTo(PASS);
    assertThat(reported())
        .extracting(Event::reason)
        .as("5 is a fragment, 0 nothing that allows")
        .containsExactly(5, 0, 5, 0);
  }

  /** RFC 3128: a second fragment that would write over the flags that were judged. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLaterFragmentOfTcpDoesNotBeginInTheHeaderThatWasJudged(boolean ipv6) throws Exception {
    enforce(true, false);
    policy(allow(false, ANY, TCP, PORT));
    assertThat(into(fragment(ipv6, TCP, 0, true, Frame.tcp(PORT, Frame.SYN)))).isEqualTo(PASS);
    assertThat(into(fragment(ipv6, TCP, 1, false, new byte[24]))).isEqualTo(DROP);
    assertThat(into(fragment(ipv6, TCP, 3, false, new byte[24]))).isEqualTo(PASS);
  }

  @Test
  void otherProtocolsPassOnlyByEntriesForAnyProtocol() throws Exception {
    family(false);
    enforce(true, true);
    PolicyKeys tcpOnly = new PolicyKeys();
    tcpOnly.add(ENDPOINT, false, FRIEND, TCP, 0, 65535, value(Action.ALLOW));
    policy(tcpOnly);
    assertThat(into(toPod(47, new byte[16]))).isEqualTo(DROP);
    PolicyKeys all = new PolicyKeys();
    all.add(ENDPOINT, false, FRIEND, ANY, 0, 65535, value(Action.ALLOW));
    policy(all);
    assertThat(into(toPod(47, new byte[16]))).isEqualTo(PASS);
    assertThat(outOf(fromPod(47, new byte[16]))).as("the answer").isEqualTo(PASS);
    assertThat(into(toPod(ICMP, Frame.icmp(ECHO, 1)))).isEqualTo(PASS);
    assertThat(into(toPod(UDP, Frame.udp(1, 2)))).isEqualTo(PASS);
  }

  @Test
  void theNodeReachesItsPodsUnlessARuleDenies() throws Exception {
    family(false);
    enforce(true, true);
    policy(new PolicyKeys());
    byte[] probe = toPod(UDP, Frame.udp(HIGH, PORT));
    assertThat(run(Hooks.TO_POD, probe, 0, 0)).isEqualTo(PASS);
    assertThat(outOf(fromPod(UDP, Frame.udp(PORT, HIGH)))).as("the answer").isEqualTo(PASS);
    PolicyKeys deny = new PolicyKeys();
    deny.add(ENDPOINT, false, 1, ANY, 0, 65535, value(Action.DENY));
    policy(deny);
    assertThat(run(Hooks.TO_POD, probe, 0, 0)).isEqualTo(DROP);
    assertThat(outOf(fromPod(UDP, Frame.udp(PORT, HIGH)))).isEqualTo(DROP);
  }

  @Test
  void auditPassesAndReportsWhatWouldBeRefused() throws Exception {
    family(false);
    endpoint(Mode.AUDIT, Mode.NONE, 0);
    PolicyKeys keys = new PolicyKeys();
    keys.add(ENDPOINT, false, FRIEND, UDP, 22, 22, new PolicyValue(Action.DENY, false, 44));
    keys.add(ENDPOINT, false, FRIEND, UDP, 53, 53, value(Action.ALLOW));
    policy(keys);
    for (int port : new int[] {21, 22, 53}) {
      assertThat(into(toPod(UDP, Frame.udp(HIGH, port)))).isEqualTo(PASS);
      assertThat(into(toPod(UDP, Frame.udp(HIGH, port)))).isEqualTo(PASS);
    }
    assertThat(into(Frame.of(0x88cc, new byte[30]))).as("what can't be parsed").isEqualTo(PASS);
    assertThat(reported())
        .extracting(Event::destinationPort, Event::passed, Event::audited, Event::rule)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(21, true, true, 0),
            org.assertj.core.groups.Tuple.tuple(22, true, true, 44),
            org.assertj.core.groups.Tuple.tuple(53, true, false, 0));
  }

  @Test
  void whatAuditAloneSteersPassesWithoutAProxy() throws Exception {
    family(false);
    enforce(true, true);
    PolicyKeys keys = new PolicyKeys();
    keys.add(ENDPOINT, false, FRIEND, TCP, 80, 80, new PolicyValue(Action.STEER, true, 0));
    keys.add(ENDPOINT, true, FRIEND, TCP, 80, 80, new PolicyValue(Action.STEER, true, 0));
    policy(keys);
    assertThat(into(toPod(TCP, ports(TCP, HIGH, 80, true)))).isEqualTo(PASS);
    assertThat(into(toPod(TCP, ports(TCP, HIGH, 80, false)))).isEqualTo(PASS);
    assertThat(outOf(fromPod(TCP, ports(TCP, HIGH, 80, true)))).isEqualTo(PASS);
  }

  private static PolicyKeys steerOut(Action action) {
    PolicyKeys keys = new PolicyKeys();
    for (int protocol : new int[] {TCP, UDP}) {
      keys.add(ENDPOINT, true, FRIEND, protocol, PORT, PORT, value(action));
    }
    return keys;
  }

  @ParameterizedTest
  @CsvSource({"6, false", "17, false", "6, true", "17, true"})
  void whatMayPassWithoutAProxyPassesWithItsAnswersAndNothingElseDoes(int protocol, boolean ipv6)
      throws Exception {
    family(ipv6);
    enforce(true, true);
    policy(steerOut(Action.STEER_OR_PASS));
    byte[] answer = toPod(protocol, ports(protocol, PORT, HIGH, false));
    assertThat(into(answer)).as("that nobody has asked for").isNotEqualTo(PASS);
    assertThat(outOf(fragment(ipv6, protocol, 0, true, ports(protocol, HIGH, PORT, true))))
        .as("what could not be steered")
        .isEqualTo(DROP);
    if (protocol == TCP) {
      assertThat(outOf(fromPod(TCP, ports(TCP, HIGH, PORT, false))))
          .as("of a connection that the proxy had")
          .isEqualTo(REDIRECT);
    }

    byte[] sent = fromPod(protocol, ports(protocol, HIGH, PORT, true));
    byte[] error =
        Frame.between(
            ipv6 ? "fd05::1" : "10.5.0.1",
            pod,
            ipv6 ? ICMP6 : ICMP,
            Frame.icmp(ipv6 ? 1 : 3, 0),
            Frame.packetOf(sent));
    assertThat(into(error)).as("about nothing").isEqualTo(DROP);
    assertThat(outOf(sent)).isEqualTo(PASS);
    assertThat(into(error)).as("its server is gone").isEqualTo(PASS);
    assertThat(into(answer)).isEqualTo(PASS);
    assertThat(outOf(fromPod(protocol, ports(protocol, HIGH, PORT, false)))).isEqualTo(PASS);
    assertThat(into(toPod(protocol, ports(protocol, PORT, HIGH + 1, true)))).isEqualTo(DROP);
    assertThat(reported())
        .filteredOn(Event::passed)
        .singleElement()
        .matches(event -> event.opens() == (protocol == TCP));
  }

  @Test
  void aDatagramThatPassedWithoutAProxySaysNothingOfTheNext() throws Exception {
    family(false);
    enforce(true, true);
    policy(steerOut(Action.STEER_OR_PASS));
    byte[] query = fromPod(UDP, Frame.udp(HIGH, PORT));
    assertThat(outOf(query)).isEqualTo(PASS);
    // No word of it to the programs: what is settled would stand.
    policy.putAll(steerOut(Action.STEER).keys());
    assertThat(outOf(query)).isEqualTo(DROP);
    assertThat(into(toPod(UDP, Frame.udp(PORT, HIGH)))).as("the answer").isEqualTo(PASS);

    policy(steerOut(Action.STEER));
    assertThat(into(toPod(UDP, Frame.udp(PORT, HIGH)))).as("told now").isEqualTo(DROP);
  }

  @Test
  void aLocalPodIsKnownByItsInterface() throws Exception {
    family(false);
    enforce(true, false);
    endpoints.putAll(
        Map.of(
            OTHER_IFINDEX,
            new EndpointValue(6, FRIEND, 0, List.of(), Mode.NONE, Mode.NONE, false, NO_NAMESPACE)));
    peer("10.1.0.9", FRIEND, OTHER_IFINDEX);
    policy(allow(false, FRIEND, UDP, PORT));
    byte[] frame = Frame.between("10.1.0.9", POD_V4, UDP, Frame.udp(HIGH, PORT));
    assertThat(run(Hooks.TO_POD, frame, OTHER_IFINDEX, 0)).isEqualTo(PASS);
    assertThat(into(frame)).as("its address from elsewhere, in its connection").isEqualTo(DROP);
    byte[] forged = Frame.between("10.66.0.1", POD_V4, UDP, Frame.udp(HIGH, PORT));
    assertThat(run(Hooks.TO_POD, forged, OTHER_IFINDEX, 0)).as("any address").isEqualTo(PASS);
    assertThat(into(forged)).isEqualTo(DROP);
    assertThat(reported()).filteredOn(e -> !e.passed()).extracting(Event::reason).contains(4);
  }

  @Test
  void nothingLeavesAnEnforcedPodFromAnAddressThatIsNotItsOwn() throws Exception {
    InetAddress v4 = InetAddress.ofLiteral(POD_V4);
    InetAddress v6 = InetAddress.ofLiteral(POD_V6);
    endpoint(Mode.ENFORCE, Mode.NONE, 0, v4, v6);
    byte[] udp = Frame.udp(HIGH, PORT);
    assertThat(outOf(Frame.between(POD_V4, "10.9.9.9", UDP, udp))).isEqualTo(PASS);
    assertThat(outOf(Frame.between("10.1.0.3", "10.9.9.9", UDP, udp))).isEqualTo(DROP);
    assertThat(outOf(Frame.between("0.0.0.0", "255.255.255.255", UDP, udp))).isEqualTo(DROP);
    assertThat(outOf(Frame.between(POD_V6, "fd09::9", UDP, udp))).isEqualTo(PASS);
    assertThat(outOf(Frame.between("fd01::3", "fd09::9", UDP, udp))).isEqualTo(DROP);
    assertThat(outOf(Frame.between("fe80::7", "fd09::9", UDP, udp))).isEqualTo(DROP);
    assertThat(outOf(Frame.between("fe80::7", "fe80::1", UDP, udp))).isEqualTo(PASS);
    assertThat(outOf(Frame.between("::", "ff02::16", ICMP6, Frame.icmp(143, 0)))).isEqualTo(PASS);
    assertThat(outOf(Frame.between("::", "fd09::9", UDP, udp))).isEqualTo(DROP);
    assertThat(reported()).extracting(Event::reason).containsOnly(4);

    endpoint(Mode.AUDIT, Mode.AUDIT, 0, v4, v6);
    assertThat(outOf(Frame.between("10.1.0.3", "10.9.9.9", UDP, udp))).as("audit").isEqualTo(PASS);
    endpoint(
        new EndpointValue(
            ENDPOINT, POD, 0, List.of(v4, v6), Mode.NONE, Mode.NONE, true, NO_NAMESPACE));
    assertThat(outOf(Frame.between("10.1.0.3", "10.9.9.9", UDP, udp))).as("all").isEqualTo(DROP);
    assertThat(outOf(Frame.between(POD_V4, "10.9.9.9", UDP, udp))).isEqualTo(PASS);
  }

  /** A message to anywhere in the guise of a discovery. */
  @Test
  void discoveryThatWouldBeForwardedNeedsARule() throws Exception {
    endpoint(Mode.NONE, Mode.ENFORCE, 0, InetAddress.ofLiteral(POD_V6));
    peer("fd01::fe", 1, 0);
    byte[] solicitation = Frame.icmp(135, 0);
    assertThat(outOf(Frame.between(POD_V6, "fe80::1", ICMP6, solicitation))).isEqualTo(PASS);
    assertThat(outOf(Frame.between(POD_V6, "ff02::1:ff00:1", ICMP6, solicitation))).isEqualTo(PASS);
    assertThat(outOf(Frame.between(POD_V6, "fd01::fe", ICMP6, solicitation))).isEqualTo(PASS);
    assertThat(outOf(Frame.between(POD_V6, "fd09::9", ICMP6, solicitation))).isEqualTo(DROP);
  }

  @Test
  void aRepeatedSynIsReportedOnceAndANewConnectionAgain() throws Exception {
    family(false);
    enforce(true, false);
    policy(allow(false, FRIEND, TCP, PORT));
    byte[] syn = toPod(TCP, ports(TCP, HIGH, PORT, true));
    assertThat(into(syn)).isEqualTo(PASS);
    assertThat(into(syn)).isEqualTo(PASS);
    assertThat(reported()).hasSize(1);
    assertThat(into(toPod(TCP, ports(TCP, HIGH, PORT, false)))).isEqualTo(PASS);
    assertThat(into(toPod(TCP, Frame.tcp(HIGH, PORT, 4, 5)))).isEqualTo(PASS);
    assertThat(into(syn)).isEqualTo(PASS);
    assertThat(reported()).hasSize(1).allMatch(event -> event.identity() == FRIEND);
  }

  private static byte[] fragment(
      boolean ipv6, int protocol, int offset, boolean more, byte[] payload) {
    return ipv6
        ? Frame.ipv6(44, Frame.fragment(protocol, offset, more), payload)
        : Frame.ipv4(0x45, offset | (more ? 0x2000 : 0), protocol, payload);
  }
}
