package io.sluice.xds.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.xds.identity.Identity;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Whatever the world is and however it came to be so. */
class ResolverPropertiesTest {
  private static final List<String> PORTS =
      List.of("80/TCP", "8080/TCP", "81/TCP", "80/UDP", "8/ICMP", "OTHER");

  @Property(tries = 100)
  void whatIsRememberedMakesNoDifference(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int changes) {
    RandomWorld random = new RandomWorld(seed);
    Resolver remembering = new Resolver();
    for (int i = 0; i < changes; i++) {
      World world = random.world();
      remembering.update(world, random.settings());
      Resolver fresh = new Resolver();
      fresh.update(world, random.settings());
      assertThat(told(remembering, world)).isEqualTo(told(fresh, world));
      random.change();
    }
  }

  @Property(tries = 100)
  void auditedPoliciesChangeNothingThatIsEnforced(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int added) {
    RandomWorld random = new RandomWorld(seed);
    Resolver without = new Resolver();
    without.update(random.world(), random.settings());
    String[] audited = new String[added];
    for (int i = 0; i < added; i++) {
      audited[i] = random.policy("audited" + i, true);
    }
    World world = random.world(audited);
    Resolver with = new Resolver();
    with.update(world, random.settings());
    for (Pod pod : world.pods()) {
      EndpointRules before = without.endpoint(pod);
      EndpointRules now = with.endpoint(pod);
      assertThat(verdicts(with, now.ingress().enforced(), world))
          .isEqualTo(verdicts(without, before.ingress().enforced(), world));
      assertThat(verdicts(with, now.egress().enforced(), world))
          .isEqualTo(verdicts(without, before.egress().enforced(), world));
    }
  }

  @Property(tries = 50)
  void numbersStayAndAreNotGivenToOthers(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int changes) {
    RandomWorld random = new RandomWorld(seed);
    Resolver resolver = new Resolver();
    Map<Integer, Object> owners = new TreeMap<>();
    for (int i = 0; i < changes; i++) {
      resolver.update(random.world(), random.settings());
      for (Identity identity : resolver.identities().all()) {
        // A range keeps its number though its groups and names change.
        Object owner = owner(identity);
        assertThat(owners.putIfAbsent(identity.number(), owner)).isIn(null, owner);
      }
      random.change();
    }
    Resolver restarted = new Resolver(resolver.identities().saved());
    restarted.update(random.world(), random.settings());
    for (Identity identity : restarted.identities().all()) {
      Object owner = owner(identity);
      assertThat(owners.getOrDefault(identity.number(), owner)).isEqualTo(owner);
    }
  }

  /** Who has a number; a range is the same whatever its groups, names and nodes are. */
  private static Object owner(Identity identity) {
    if (identity.number() < 256) {
      return "reserved";
    }
    return identity.labels().sorted().stream()
        .filter(label -> !label.source().equals("fqdn") && !label.source().equals("cidrgroup"))
        .filter(label -> !label.source().equals("reserved"))
        .toList();
  }

  /** Everything that a resolver says, without the numbers of identities. */
  private static List<String> told(Resolver resolver, World world) {
    List<String> all = new ArrayList<>();
    for (Identity identity : resolver.identities().all()) {
      all.add(
          identity.labels()
              + " "
              + identity.hosts()
              + " "
              + new TreeSet<>(
                  identity.namedPorts().keySet().stream().map(Object::toString).toList()));
    }
    all.sort(null);
    for (Pod pod : world.pods()) {
      EndpointRules rules = resolver.endpoint(pod);
      assertThat(rules.conflicts()).isEmpty();
      all.add(pod.fullName() + " " + rules.policies());
      for (EndpointRules.Direction direction : List.of(rules.ingress(), rules.egress())) {
        all.add("enforced " + told(resolver, direction.enforced()));
        all.add("shadow " + told(resolver, direction.shadow()));
      }
    }
    List<Warning> warnings = new ArrayList<>();
    resolver.local(warnings);
    warnings.forEach(warning -> all.add(warning.toString()));
    return all;
  }

  private static List<String> told(Resolver resolver, @Nullable List<Rule> rules) {
    if (rules == null) {
      return List.of("none");
    }
    List<String> all = new ArrayList<>();
    for (Rule rule : rules) {
      Set<String> peers = new TreeSet<>();
      for (int number : rule.peers().identities()) {
        Identity identity = resolver.identities().numbered(number);
        peers.add(identity == null ? "nobody" : identity.labels().toString());
      }
      all.add(
          List.of(
                  rule.policy() == null ? "" : rule.policy().fullName(),
                  rule.place().field(),
                  rule.deny(),
                  rule.traffic(),
                  rule.peers().any(),
                  peers,
                  String.valueOf(rule.l7()))
              .toString());
    }
    return all;
  }

  private static List<String> verdicts(Resolver resolver, @Nullable List<Rule> rules, World world) {
    List<String> peers = new ArrayList<>(RandomWorld.ADDRESSES);
    world.pods().forEach(pod -> peers.add(pod.fullName()));
    PeerJudge judge = new PeerJudge(resolver);
    List<String> all = new ArrayList<>();
    for (String peer : peers) {
      for (String port : PORTS) {
        all.add(peer + " " + port + " " + judge.judge(rules, peer, port));
      }
    }
    return all;
  }
}
