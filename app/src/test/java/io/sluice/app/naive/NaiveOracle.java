package io.sluice.app.naive;

import io.sluice.app.naive.Answer.Side;
import io.sluice.app.naive.Answer.Verdict;
import java.util.Comparator;
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

  /** The order in which rules change headers; it decides nothing else. */
  private static final Comparator<Map<String, Object>> ORDER =
      Comparator.<Map<String, Object>, String>comparing(policy -> Yaml.text(policy, "kind"))
          .thenComparing(policy -> Yaml.text(policy, "metadata", "namespace"))
          .thenComparing(policy -> Yaml.text(policy, "metadata", "name"));

  private final Parties parties;
  private final Selections selections;
  private final OneEnd oneEnd;
  private final List<Map<String, Object>> policies;
  private final Map<String, Object> settings;
  private final boolean hostFirewallIsOff;
  private final boolean endsSeeTheSame;

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
    this.policies = policies.stream().sorted(ORDER).toList();
    this.settings = settings;
    this.endsSeeTheSame = asCilium.contains(Difference.AS_SENT);
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
    Asked leaving = asked(from, to, false, question);
    Asked arriving = asked(to, from, true, leaving == null ? question : forwarded(leaving));
    return new Answer(
        leaving == null ? null : side(leaving), arriving == null ? null : side(arriving));
  }

  /** A question as one end sees it; null if that is no endpoint. */
  private @Nullable Asked asked(
      String name, String peer, boolean ingress, Map<String, Object> question) {
    String local = parties.local(name, peer);
    Party remote = parties.party(peer, local);
    Party party = parties.party(name, local);
    if (party.pod() != null) {
      return new Asked(party, remote, ingress, question);
    }
    Party host = party.is("host") && !hostFirewallIsOff ? parties.host(local) : null;
    return host == null || !oneEnd.concerns(host, policies)
        ? null
        : new Asked(host, remote, ingress, question);
  }

  /** The question as the client's end lets it go on; audited policies change nothing. */
  private Map<String, Object> forwarded(Asked leaving) {
    List<Map<String, Object>> enforced = enforced(leaving.endpoint());
    Side real = oneEnd.side(leaving, enforced);
    return real.verdict() == Verdict.ALLOWED && real.proxied() && !endsSeeTheSame
        ? Requests.forwarded(leaving.question(), oneEnd.httpRules(leaving, enforced))
        : leaving.question();
  }

  /** The policies that are not audited, for that endpoint. */
  private List<Map<String, Object>> enforced(Party endpoint) {
    return policies.stream()
        .filter(policy -> !rehearses(endpoint) && !isAudited(policy) && !inAudited(policy))
        .toList();
  }

  /** Whether nothing at all is enforced on an endpoint, in no mode. */
  private boolean rehearses(Party endpoint) {
    return isAudited(endpoint.pod()) || Boolean.TRUE.equals(settings.get("audit"));
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
    List<Map<String, Object>> enforced = enforced(asked.endpoint());
    if (oneEnd.conflicts(asked.turned(), enforced)) {
      return Side.CONFLICT;
    }
    Side real = rehearses(asked.endpoint()) ? Side.PASSED : oneEnd.side(asked, enforced);
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
