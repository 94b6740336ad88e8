package io.sluice.app.random;

import static io.sluice.app.random.Tree.map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A world, its policies and questions about it, all of them plain trees as they would stand in
 * manifests and in a policy test.
 *
 * @param world the objects that aren't policies
 * @param policies the policies, each valid by itself
 * @param fqdns names taken as already learned, with their addresses
 * @param settings as in a policy test
 * @param cases questions in the form of a policy test's cases, without what is expected
 */
public record Scenario(
    List<Map<String, Object>> world,
    List<Map<String, Object>> policies,
    Map<String, Object> fqdns,
    Map<String, Object> settings,
    List<Map<String, Object>> cases) {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

  /** The scenario that belongs to a number. */
  public static Scenario of(long seed, Dialect dialect, int questions) {
    Dice dice = new Dice(seed);
    boolean dualStack = dice.chance(50);
    RandomCluster cluster = new RandomCluster(dice, dualStack);
    if (dialect.whole()) {
      audit(dice, cluster.objects());
    }
    List<Map<String, Object>> policies = new RandomPolicies(dice, dialect, dualStack).policies();
    Map<String, Object> fqdns = map();
    for (String name : dice.some(Vocabulary.DNS_NAMES, 2, 5)) {
      fqdns.put(name, new ArrayList<>(dice.some(Vocabulary.OUTSIDE, 1, 2)));
    }
    Map<String, Object> settings =
        map("enablePolicy", dice.chance(86) ? "default" : dice.pick("always", "always", "never"));
    settings.put("localCluster", "c1");
    if (!dialect.whole() || dice.chance(60)) {
      settings.put("node", dice.pick(Vocabulary.NODES));
    }
    if (dialect.whole() && dice.chance(4)) {
      settings.put("audit", true);
    }
    return new Scenario(
        cluster.objects(),
        policies,
        fqdns,
        settings,
        new RandomQuestions(dice, dialect, dualStack, cluster, Aim.in(policies))
            .questions(questions));
  }

  /** Puts the audit annotation on a namespace or a pod now and then. */
  private static void audit(Dice dice, List<Map<String, Object>> objects) {
    for (Map<String, Object> object : objects) {
      boolean namespace = "Namespace".equals(object.get("kind"));
      if ((namespace && dice.chance(5)) || ("Pod".equals(object.get("kind")) && dice.chance(6))) {
        @SuppressWarnings("unchecked") // metadata is made by RandomCluster
        Map<String, Object> metadata = (Map<String, Object>) object.get("metadata");
        metadata.put("annotations", map("policy.sluice.io/audit", "true"));
      }
    }
  }

  /** The same, with other policies. */
  public Scenario withPolicies(List<Map<String, Object>> others) {
    return new Scenario(world, others, fqdns, settings, cases);
  }

  /** The same, in which only policies themselves say that they are audited. */
  public Scenario auditedByPolicyOnly() {
    Map<String, Object> enforcing = map();
    enforcing.putAll(settings);
    enforcing.remove("audit");
    return new Scenario(
        world.stream().map(Scenario::unaudited).toList(), policies, fqdns, enforcing, cases);
  }

  /** The same, with nothing in place of policies that say that they are audited. */
  public Scenario withoutAuditedPolicies() {
    return withPolicies(
        policies.stream().filter(policy -> policy.equals(unaudited(policy))).toList());
  }

  /** The same, but policies that say that they are audited are enforced. */
  public Scenario withoutAudit() {
    return withPolicies(policies.stream().map(Scenario::unaudited).toList());
  }

  /** The object without annotations; no other than that of audit is ever made here. */
  private static Map<String, Object> unaudited(Map<String, Object> object) {
    Map<String, Object> metadata = map();
    ((Map<?, ?>) object.get("metadata")).forEach((key, value) -> metadata.put((String) key, value));
    metadata.remove("annotations");
    Map<String, Object> copy = map();
    copy.putAll(object);
    copy.put("metadata", metadata);
    return copy;
  }

  /** The same, with other questions. */
  public Scenario withCases(List<Map<String, Object>> others) {
    return new Scenario(world, policies, fqdns, settings, others);
  }

  /** The policy test that asks all questions; its world and policies are written into it. */
  public Map<String, Object> suite() {
    List<Object> asked = new ArrayList<>();
    for (Map<String, Object> question : cases) {
      Map<String, Object> copy = map();
      copy.putAll(question);
      copy.put("expect", "ALLOW");
      asked.add(copy);
    }
    return map(
        "apiVersion",
        "sluice.io/v1alpha1",
        "kind",
        "PolicyTest",
        "world",
        world,
        "policies",
        policies,
        "fqdns",
        fqdns,
        "settings",
        settings,
        "cases",
        asked);
  }

  /** The objects as one file of YAML documents. */
  public static String yaml(List<Map<String, Object>> objects) {
    StringBuilder text = new StringBuilder();
    for (Map<String, Object> object : objects) {
      text.append("---\n").append(yaml(object));
    }
    return text.toString();
  }

  /** One tree as YAML. */
  public static String yaml(Object tree) {
    try {
      return YAML.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
