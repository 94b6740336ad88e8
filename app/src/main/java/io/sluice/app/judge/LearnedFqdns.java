package io.sluice.app.judge;

import io.sluice.dns.match.DnsName;
import io.sluice.dns.match.NamePattern;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.PeerSelector;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names that are taken as learned: selectors find them by the pattern that the DNS proxy uses. */
final class LearnedFqdns implements LearnedNames {
  private final Map<DnsName, List<InetAddress>> names = new LinkedHashMap<>();

  /**
   * Makes one.
   *
   * @param fqdns the addresses of each name
   * @throws QuestionException if one is no domain name
   */
  LearnedFqdns(Map<String, List<InetAddress>> fqdns) throws QuestionException {
    for (Map.Entry<String, List<InetAddress>> entry : fqdns.entrySet()) {
      DnsName name = DnsName.of(entry.getKey());
      if (name == null) {
        throw new QuestionException(
            "fqdns", "expected a domain name, found \"" + entry.getKey() + "\"");
      }
      names.merge(name, entry.getValue(), LearnedFqdns::both);
    }
  }

  private static List<InetAddress> both(List<InetAddress> some, List<InetAddress> more) {
    Set<InetAddress> all = new LinkedHashSet<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  @Override
  public List<InetAddress> of(PeerSelector.Fqdn selector) {
    NamePattern pattern;
    try {
      pattern = NamePattern.of(selector.pattern());
    } catch (InvalidPolicyException matchesNoName) {
      return List.of();
    }
    return names.entrySet().stream()
        .filter(name -> pattern.matches(name.getKey()))
        .flatMap(name -> name.getValue().stream())
        .distinct()
        .toList();
  }
}
