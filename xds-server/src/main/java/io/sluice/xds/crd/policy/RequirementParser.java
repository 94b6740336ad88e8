package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Requirement;
import io.sluice.xds.world.Requirement.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what a label selector writes, without anything that is implied (V04). */
final class RequirementParser {
  private final LabelKey.Grammar keys;

  RequirementParser(LabelKey.Grammar keys) {
    this.keys = keys;
  }

  /** One requirement, and where it stands. */
  record Written(Located at, Requirement requirement) {}

  /** Reads {@code matchLabels} and {@code matchExpressions}; both must hold. */
  List<Written> read(Located selector) throws RejectedException {
    selector.allow(Set.of("matchLabels", "matchExpressions"));
    List<Written> all = new ArrayList<>();
    Located labels = selector.get("matchLabels");
    if (labels != null) {
      for (Map.Entry<String, Located> label : labels.entries().entrySet()) {
        Located value = label.getValue();
        String text = labels.text(label.getKey());
        all.add(written(value, label.getKey(), Operator.IN, List.of(text)));
      }
    }
    all.addAll(selector.each("matchExpressions", this::expression));
    if (all.size() > Bounds.MAX_REQUIREMENTS) {
      throw selector.reject(
          "at most " + Bounds.MAX_REQUIREMENTS + " requirements are allowed, found " + all.size());
    }
    return all;
  }

  private Written expression(Located expression) throws RejectedException {
    expression.allow(Set.of("key", "operator", "values"));
    Located operator = expression.require("operator");
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
    List<String> values = new ArrayList<>();
    Located listed = expression.get("values");
    if (listed != null) {
      for (Located value : listed.items(Bounds.MAX_REQUIREMENTS)) {
        values.add(value.text());
      }
    }
    boolean takesValues = parsed == Operator.IN || parsed == Operator.NOT_IN;
    if (takesValues && values.isEmpty()) {
      throw expression.reject(operator.text() + " needs at least one value in values");
    }
    if (!takesValues && !values.isEmpty()) {
      throw expression.reject(operator.text() + " takes no values; remove them");
    }
    Located key = expression.require("key");
    return written(key, key.text(), parsed, values.stream().distinct().sorted().toList());
  }

  private Written written(Located at, String key, Operator operator, List<String> values)
      throws RejectedException {
    LabelKey parsed = keys.parse(at, key);
    for (String value : values) {
      LabelKey.checkValue(at, value);
    }
    return new Written(at, new Requirement(parsed.source(), parsed.key(), operator, values));
  }
}
