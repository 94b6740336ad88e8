package io.sluice.app.naive;

import io.sluice.app.naive.Answer.Side;
import io.sluice.app.naive.Answer.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers questions about a world by reading its policies anew for each. */
public final class NaiveOracle {
  private static final String AUDIT = "policy.sluice.io/audit";

  private static final Pattern PREFIX =
      Pattern.compile("([0-9]+[.]){3}[0-9]+(/[0-9]+)?|[0-9a-f]+:[0-9a-f:]*(/[0-9]+)?|::/0");

  private final Parties parties;
  private final Selections selections;
  private final OneEnd oneEnd;
  private final List<Map<String, Object>> policies;
  private final Map<String, Object> settings;
  private final boolean hostFirewallIsOff;

  /**
   * An oracle for one world.
   *
   * @param world the manifests that aren't policies
   * @param fqdns names taken as learned, with their addresses
   * @param settings those of a policy test
   * @param asCilium what to read as Cilium does
   */
  public NaiveOracle(
      List<Map<String, Object>> world,
      List<Map<String, Object>> policies,
      Map<String, Object> fqdns,
      Map<String, Object> settings,
      Set<Difference> asCilium) {
    Set<String> prefixes = new TreeSet<>();
    addPrefixes(prefixes, List.of(world, policies, fqdns));
    this.parties = new Parties(world, prefixes, settings, asCilium);
    this.selections = new Selections(parties, Yaml.text(settings, "localCluster"), fqdns);
    this.oneEnd =
        new OneEnd(
            parties,
            new Items(selections, asCilium),
            Yaml.text(settings, "enablePolicy"),
            asCilium);
    this.policies = policies;
    this.settings = settings;
    this.hostFirewallIsOff = asCilium.contains(Difference.HOST_POLICIES);
  }

  /** Adds every text that is a prefix or an address. */
  private static void addPrefixes(Set<String> prefixes, Object tree) {
    if (tree instanceof Map<?, ?> map) {
      map.values().forEach(value -> addPrefixes(prefixes, value));
    } else if (tree instanceof List<?> list) {
      list.forEach(element -> addPrefixes(prefixes, element));
    } else if (tree instanceof String text && PREFIX.matcher(text).matches()) {
      prefixes.add(text);
    }
  }

  /** Answers a question in the form of a policy test's case. */
  public Answer ask(Map<String, Object> question) {
    String from = Yaml.text(question, "from");
    String to = backend(Yaml.text(question, "to"));
    return new Answer(end(from, to, false, question), end(to, from, true, question));
  }

  /** What one end says; null if it is no endpoint. */
  private @Nullable Side end(
      String name, String peer, boolean ingress, Map<String, Object> question) {
    String local = parties.local(name, peer);
    Party remote = parties.party(peer, local);
    Party party = parties.party(name, local);
    if (party.pod() != null) {
      return side(new Asked(party, remote, ingress, question));
    }
    Party host = party.is("host") && !hostFirewallIsOff ? parties.host(local) : null;
    return host == null || !oneEnd.concerns(host, policies)
        ? null
        : side(new Asked(host, remote, ingress, question));
  }

  private String backend(String to) {
    if (!to.startsWith("service:")) {
      return to;
    }
    String name = to.substring("service:".length());
    return parties.objects("Service").stream()
        .filter(service -> Parties.name(service).equals(name))
        .flatMap(service -> selections.addresses(service).stream())
        .findFirst()
        .orElseThrow();
  }

  /** Audited policies decide nothing; what they would deny is let through as AUDIT. */
  private Side side(Asked asked) {
    boolean all = isAudited(asked.endpoint().pod()) || Boolean.TRUE.equals(settings.get("audit"));
    Side real = Side.PASSED;
    if (!all) {
      List<Map<String, Object>> enforced =
          policies.stream().filter(policy -> !isAudited(policy) && !inAudited(policy)).toList();
      if (oneEnd.conflicts(asked.turned(), enforced)) {
        return Side.CONFLICT;
      }
      real = oneEnd.side(asked, enforced);
    }
    if (real.equals(Side.DROPPED)) {
      return real;
    }
    Side shadow = oneEnd.side(asked, policies);
    boolean proxied = real.proxied() || shadow.proxied();
    boolean wouldDeny = shadow.verdict() == Verdict.DENIED || shadow.verdict() == Verdict.PARTIAL;
    return real.verdict() == Verdict.ALLOWED && wouldDeny
        ? new Side(Verdict.AUDIT, shadow.atL7(), proxied)
        : new Side(real.verdict(), real.atL7(), proxied);
  }

  private static boolean isAudited(@Nullable Map<String, Object> object) {
    return Yaml.text(object, "metadata", "annotations", AUDIT).equals("true");
  }

  /** A namespace's annotation is that of all its policies. */
  private boolean inAudited(Map<String, Object> policy) {
    String name = Yaml.text(policy, "metadata", "namespace");
    return parties.objects("Namespace").stream()
        .filter(object -> Yaml.text(object, "metadata", "name").equals(name))
        .anyMatch(NaiveOracle::isAudited);
  }
}
