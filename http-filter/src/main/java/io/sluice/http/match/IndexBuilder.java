package io.sluice.http.match;

import io.sluice.http.match.Literals.Literal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Builds the index over a list of rules: one level for each field, one node for each set of rules,
 * shared by all patterns that lead to it, so that alternations don't multiply.
 */
final class IndexBuilder {
  private static final RequestField[] ORDER = {
    RequestField.PATH, RequestField.METHOD, RequestField.HOST
  };

  private record Key(int level, List<Integer> members) {}

  private final List<HttpRule> rules;
  private final Map<Key, Node> nodes = new HashMap<>();

  IndexBuilder(List<HttpRule> rules) {
    this.rules = rules;
  }

  Node build() {
    return node(0, IntStream.range(0, rules.size()).boxed().toList());
  }

  private Node node(int level, List<Integer> members) {
    Key key = new Key(level, members);
    Node node = nodes.get(key);
    if (node == null) {
      node = level == ORDER.length ? leaf(members) : index(level, members);
      nodes.put(key, node);
    }
    return node;
  }

  private Node leaf(List<Integer> members) {
    int[] indices = members.stream().mapToInt(Integer::intValue).toArray();
    Condition[][] rest = new Condition[indices.length][];
    for (int i = 0; i < indices.length; i++) {
      rest[i] = rules.get(indices[i]).rest();
    }
    return new Leaf(indices, rest);
  }

  private Node index(int level, List<Integer> members) {
    List<Integer> any = new ArrayList<>();
    Map<Literal, List<Integer>> literals = new LinkedHashMap<>();
    Map<TextPattern, List<Integer>> regexes = new LinkedHashMap<>();
    for (Integer member : members) {
      TextPattern pattern = rules.get(member).indexed(ORDER[level]);
      if (pattern == null) {
        any.add(member);
        continue;
      }
      Set<Literal> set = pattern.literals();
      if (set == null) {
        regexes.computeIfAbsent(pattern, _ -> new ArrayList<>()).add(member);
      } else {
        for (Literal one : set) {
          literals.computeIfAbsent(one, _ -> new ArrayList<>()).add(member);
        }
      }
    }
    if (literals.isEmpty() && regexes.isEmpty()) {
      return node(level + 1, members);
    }
    Map<Literal, Node> literalNodes = new LinkedHashMap<>();
    literals.forEach((literal, of) -> literalNodes.put(literal, node(level + 1, of)));
    Map<TextPattern, Node> regexNodes = new LinkedHashMap<>();
    regexes.forEach((regex, of) -> regexNodes.put(regex, node(level + 1, of)));
    Node rest = any.isEmpty() ? null : node(level + 1, any);
    return new FieldIndex(ORDER[level], rest, literalNodes, regexNodes);
  }
}
