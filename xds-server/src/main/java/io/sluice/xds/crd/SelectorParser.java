package io.sluice.xds.crd;

import io.sluice.xds.world.Label;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Requirement.Operator;
import io.sluice.xds.world.Selector;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads label selectors and adds what the language implies: a namespaced policy selects in its own
 * namespace unless it says otherwise, and peers are pods of this cluster unless it says otherwise.
 */
final class SelectorParser {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*");
  private static final int MAX_SUBDOMAIN = 253;

  private final String namespace;
  private final List<Warning> warnings;

  /**
   * Makes one for the selectors of one object.
   *
   * @param namespace the object's namespace; empty for cluster-wide objects
   * @param warnings where to add what is odd
   */
  SelectorParser(String namespace, List<Warning> warnings) {
    this.namespace = namespace;
    this.warnings = warnings;
  }

  /** Reads what a rule applies to. */
  Selector subject(Located selector) throws RejectedException {
    List<Requirement> written = requirements(selector);
    if (namespace.isEmpty()) {
      return Selector.of(written);
    }
    List<Requirement> kept = new ArrayList<>();
    for (Requirement requirement : written) {
      if (requirement.names(Label.NAMESPACE)
          && requirement.operator() == Operator.IN
          && !requirement.values().contains(namespace)) {
        warnings.add(
            selector.warning(
                "asks for pods of the namespace "
                    + requirement.values()
                    + ", but a namespaced policy applies only to its own: it applies to "
                    + namespace));
      } else {
        kept.add(requirement);
      }
    }
    kept.add(Requirement.equal(Label.KUBERNETES, Label.NAMESPACE, namespace));
    return Selector.of(kept);
  }

  /** Reads one element of {@code fromEndpoints} or {@code toEndpoints}. */
  Selector peer(Located selector) throws RejectedException {
    List<Requirement> written = requirements(selector);
    if (written.stream().anyMatch(r -> r.source().equals(Label.RESERVED))) {
      return Selector.of(written);
    }
    List<Requirement> all = new ArrayList<>(written);
    boolean namesNamespace = written.stream().anyMatch(r -> r.names(Label.NAMESPACE));
    boolean namesItsLabels = written.stream().anyMatch(SelectorParser::namesNamespaceLabel);
    if (!namesNamespace && namespace.isEmpty()) {
      all.add(Requirement.exists(Label.KUBERNETES, Label.NAMESPACE));
    } else if (!namesNamespace && !namesItsLabels) {
      all.add(Requirement.equal(Label.KUBERNETES, Label.NAMESPACE, namespace));
    }
    if (written.stream().noneMatch(r -> r.names(Label.CLUSTER))) {
      all.add(PodLabels.IN_CLUSTER);
    }
    return Selector.of(all);
  }

  private static boolean namesNamespaceLabel(Requirement requirement) {
    return requirement.key().startsWith(Label.NAMESPACE_LABELS)
        && (requirement.source().equals(Requirement.ANY_SOURCE)
            || requirement.source().equals(Label.KUBERNETES));
  }

  private List<Requirement> requirements(Located selector) throws RejectedException {
    selector.allow(Set.of("matchLabels", "matchExpressions"), Set.of());
    List<Requirement> all = new ArrayList<>();
    Located labels = selector.get("matchLabels");
    if (labels != null) {
      for (Map.Entry<String, String> label : labels.texts().entrySet()) {
        all.add(requirement(labels, label.getKey(), Operator.IN, List.of(label.getValue())));
      }
    }
    Located expressions = selector.get("matchExpressions");
    if (expressions != null) {
      for (Located expression : expressions.items()) {
        all.add(expression(expression));
      }
    }
    return all;
  }

  private Requirement expression(Located expression) throws RejectedException {
    expression.allow(Set.of("key", "operator", "values"), Set.of());
    Located operator = expression.require("operator");
    List<String> values = new ArrayList<>();
    Located listed = expression.get("values");
    if (listed != null) {
      for (Located value : listed.items()) {
        values.add(value.text());
      }
    }
    Operator parsed =
        switch (operator.text()) {
          case "In" -> Operator.IN;
          case "NotIn" -> Operator.NOT_IN;
          case "Exists" -> Operator.EXISTS;
          case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
          default ->
              throw operator.reject(
                  "expected In, NotIn, Exists or DoesNotExist, found \"" + operator.text() + "\"");
        };
    boolean takesValues = parsed == Operator.IN || parsed == Operator.NOT_IN;
    if (takesValues && values.isEmpty()) {
      throw expression.reject(operator.text() + " needs at least one value in values");
    }
    if (!takesValues && !values.isEmpty()) {
      throw expression.reject(operator.text() + " takes no values; remove them");
    }
    Located key = expression.require("key");
    return requirement(key, key.text(), parsed, values.stream().distinct().sorted().toList());
  }

  private Requirement requirement(
      Located at, String written, Operator operator, List<String> values) throws RejectedException {
    String source = Requirement.ANY_SOURCE;
    String key = written;
    int colon = written.indexOf(':');
    if (colon >= 0) {
      source = written.substring(0, colon);
      key = written.substring(colon + 1);
    } else if (written.startsWith("reserved.")) {
      source = Label.RESERVED;
      key = written.substring("reserved.".length());
    }
    if (!Set.of(Requirement.ANY_SOURCE, Label.KUBERNETES, Label.RESERVED).contains(source)) {
      throw at.reject(
          "the label source \"" + source + ":\" is not supported yet; expected k8s:, any: or none");
    }
    checkKey(at, key);
    for (String value : values) {
      if (!value.isEmpty() && !NAME.matcher(value).matches()) {
        throw at.reject(
            "\""
                + value
                + "\" is no label value: expected at most 63 letters, digits, '-', '_' and '.',"
                + " a letter or digit at both ends");
      }
    }
    if (!source.equals(Label.RESERVED) && PodLabels.dropped(key)) {
      warnings.add(
          at.warning(
              "the label "
                  + key
                  + " never takes part in identity, so the selector sees it as absent on every"
                  + " pod; select by another label"));
    }
    return new Requirement(source, key, operator, values);
  }

  private static void checkKey(Located at, String key) throws RejectedException {
    int slash = key.indexOf('/');
    String prefix = slash < 0 ? "" : key.substring(0, slash);
    // The labels of namespaces carry their own prefix before that of the label, and its case.
    String domain =
        prefix.startsWith(Label.NAMESPACE_LABELS)
            ? prefix.substring(Label.NAMESPACE_LABELS.length()).toLowerCase(Locale.ROOT)
            : prefix;
    boolean prefixFine =
        slash < 0 || (domain.length() <= MAX_SUBDOMAIN && SUBDOMAIN.matcher(domain).matches());
    String name = slash < 0 ? stripNamespaceLabels(key) : key.substring(slash + 1);
    if (!prefixFine || !NAME.matcher(name).matches()) {
      throw at.reject(
          "\""
              + key
              + "\" is no label key: expected [prefix/]name, the name at most 63 letters, digits,"
              + " '-', '_' and '.', the prefix a DNS subdomain");
    }
  }

  private static String stripNamespaceLabels(String key) {
    return key.startsWith(Label.NAMESPACE_LABELS)
        ? key.substring(Label.NAMESPACE_LABELS.length())
        : key;
  }
}
