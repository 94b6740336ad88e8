package io.sluice.app.naive;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What selects the other end of a rule. */
sealed interface Selection {
  /** Whether the party is selected. */
  boolean selects(Party party);

  /** Two selections with the same text are one selector, wherever they are written. */
  String text();

  /** Everything there is. */
  record Any() implements Selection {
    @Override
    public boolean selects(Party party) {
      return true;
    }

    @Override
    public String text() {
      return "any";
    }
  }

  /** All requirements hold over the labels of the identity. */
  record Labels(Set<Requirement> requirements) implements Selection {
    @Override
    public boolean selects(Party party) {
      return requirements.stream().allMatch(requirement -> requirement.holds(party.labels()));
    }

    @Override
    public String text() {
      Set<String> texts = new TreeSet<>();
      requirements.forEach(requirement -> texts.add(requirement.toString()));
      return "labels " + texts;
    }
  }

  /** Addresses outside the cluster in a prefix, but for those in some others. */
  record Prefix(String prefix, List<String> except) implements Selection {
    @Override
    public boolean selects(Party party) {
      Address address = party.outside();
      if (address == null) {
        return prefix.endsWith("/0")
            && (party.is("world") || party.is(prefix.contains(":") ? "world-ipv6" : "world-ipv4"));
      }
      return address.in(prefix) && except.stream().noneMatch(address::in);
    }

    @Override
    public String text() {
      return "prefix " + prefix + except;
    }
  }

  /** Addresses outside the cluster in a prefix of one of these groups. */
  record Groups(String name, List<String> prefixes) implements Selection {
    @Override
    public boolean selects(Party party) {
      Address address = party.outside();
      return address != null && prefixes.stream().anyMatch(address::in);
    }

    @Override
    public String text() {
      return "group " + name;
    }
  }

  /** Addresses outside the cluster that were learned for a name that matches. */
  record Learned(String name, Map<String, Object> fqdns, Set<String> names) implements Selection {
    @Override
    public boolean selects(Party party) {
      Address address = party.outside();
      return address != null
          && names.stream()
              .flatMap(learned -> Yaml.list(fqdns, learned).stream())
              .anyMatch(text -> Address.of(String.valueOf(text)).equals(address));
    }

    @Override
    public String text() {
      return "name " + name;
    }
  }
}
