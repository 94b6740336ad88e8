package io.sluice.dns.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndpointNamesTest {
  private static final LearnSettings SMALL = LearnSettings.DEFAULTS.withMost(2, 2, 100);
  private static final DnsName A = name("a.io");
  private static final DnsName B = name("b.io");
  private static final DnsName C = name("c.io");

  private final List<String> changes = new ArrayList<>();
  private final List<Limit> limits = new ArrayList<>();
  private final EndpointNames names = new EndpointNames(SMALL);
  private final EndpointNames.Changes noting =
      new EndpointNames.Changes() {
        @Override
        public void came(DnsName name, InetAddress address) {
          changes.add("+" + name + address.getHostAddress());
        }

        @Override
        public void gone(DnsName name, InetAddress address) {
          changes.add("-" + name + address.getHostAddress());
        }

        @Override
        public void evicted(DnsName name, InetAddress address, Limit limit) {
          limits.add(limit);
          gone(name, address);
        }
      };

  private static DnsName name(String text) {
    return Objects.requireNonNull(DnsName.of(text));
  }

  private static InetAddress ip(int last) {
    return InetAddress.ofLiteral("192.0.2." + last);
  }

  private void learn(DnsName name, long now, long due, Set<InetAddress> living, int... lasts) {
    names.learn(
        name,
        Arrays.stream(lasts).mapToObj(last -> new LearnedAddress(ip(last), due)).toList(),
        living,
        now,
        noting);
  }

  private List<String> taken() {
    List<String> taken = List.copyOf(changes);
    changes.clear();
    return taken;
  }

  @Test
  void anAddressIsThereUntilItsTimeEnds() {
    learn(A, 0, 10_000, Set.of(), 1);
    learn(A, 5_000, 12_000, Set.of(), 1);
    learn(A, 5_000, 6_000, Set.of(), 1);
    assertThat(taken()).containsExactly("+a.io.192.0.2.1");

    names.sweep(Set.of(), 11_999, noting);
    assertThat(taken()).as("the later end counts").isEmpty();
    assertThat(names.due(12_000)).containsExactly(ip(1));
    names.sweep(Set.of(), 12_000, noting);
    assertThat(taken()).containsExactly("-a.io.192.0.2.1");
    assertThat(names.size()).isZero();
    assertThat(names.list("x")).isEmpty();
  }

  @Test
  void aConnectionKeepsItAndSoDoesTheTimeBehindIt() {
    learn(A, 0, 1_000, Set.of(), 1);
    names.sweep(Set.of(ip(1)), 5_000, noting);
    names.sweep(Set.of(ip(1)), 500_000, noting);
    names.sweep(Set.of(), 505_000, noting);
    assertThat(names.sweep(Set.of(), 529_999, noting))
        .isEqualTo(new EndpointNames.Swept(0, 0, 1, 1));
    assertThat(taken()).containsExactly("+a.io.192.0.2.1");
    assertThat(names.sweep(Set.of(), 530_000, noting))
        .isEqualTo(new EndpointNames.Swept(1, 1, 0, 0));
    assertThat(taken()).containsExactly("-a.io.192.0.2.1");
  }

  @Test
  void whatIsLearnedAgainBeginsAnew() {
    learn(A, 0, 1_000, Set.of(), 1);
    names.sweep(Set.of(ip(1)), 5_000, noting);
    learn(A, 6_000, 90_000, Set.of(), 1);
    names.sweep(Set.of(), 89_000, noting);
    assertThat(taken()).containsExactly("+a.io.192.0.2.1");
  }

  @Test
  void makesRoomAmongTheAddressesOfANameDeadBeforeLiveOldestFirst() {
    learn(A, 0, 50_000, Set.of(), 1, 2);
    learn(A, 0, 50_000, Set.of(), 3);
    assertThat(taken()).endsWith("-a.io.192.0.2.1", "+a.io.192.0.2.3");
    learn(A, 0, 50_000, Set.of(ip(2)), 4);
    assertThat(taken()).as("the oldest has a connection").startsWith("-a.io.192.0.2.3");
    learn(A, 60_000, 90_000, Set.of(ip(2)), 5);
    assertThat(taken()).as("its time has ended").startsWith("-a.io.192.0.2.4");
    assertThat(limits).containsExactly(Limit.NAME, Limit.NAME, Limit.NAME);
  }

  @Test
  void makesRoomAmongNamesDeadBeforeLiveOldestFirst() {
    learn(A, 0, 50_000, Set.of(), 1);
    learn(B, 0, 50_000, Set.of(), 2);
    learn(A, 1, 50_000, Set.of(), 1);
    learn(C, 2, 50_000, Set.of(), 3);
    assertThat(taken()).as("b is the oldest").contains("-b.io.192.0.2.2");
    learn(B, 3, 50_000, Set.of(ip(1)), 2);
    assertThat(taken()).as("a has a connection").contains("-c.io.192.0.2.3");
    assertThat(names.list("x")).extracting(LearnedName::name).containsExactly(A, B);
    assertThat(limits).containsExactly(Limit.ENDPOINT, Limit.ENDPOINT);
  }
}
