package io.sluice.xds.resolve;

import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.xds.identity.Change;
import io.sluice.xds.identity.Identities;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.identity.SavedNumbers;
import io.sluice.xds.resolve.EndpointRules.Direction;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Labels;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says for every endpoint of a world which directions are enforced and who may do what; exactly
 * what it would say if it had never seen another world, but for conflicts, in which an endpoint
 * keeps what it had.
 *
 * <p>Use: {@link #update}, then ask. Only what a change concerns is worked out again. Not
 * thread-safe.
 */
public final class Resolver {
  private final Identities identities;
  private final Selections selections;
  private final BoundPolicies policies;
  private final Map<Pod.Key, RuleSet> lastGood = new HashMap<>();
  private final PortUsers portUsers = new PortUsers();
  private World world = World.EMPTY;
  private Settings settings = Settings.defaults("");
  private long time;

  /** Begins with an empty world. */
  public Resolver() {
    this(new Identities());
  }

  /** Begins with an empty world and the identities' numbers of another life. */
  public Resolver(SavedNumbers saved) {
    this(new Identities(saved));
  }

  private Resolver(Identities identities) {
    this.identities = identities;
    this.selections = new Selections(identities);
    this.policies = new BoundPolicies(selections);
  }

  /**
   * Follows the world.
   *
   * @throws IllegalStateException if there are more identities than numbers; then nothing can be
   *     asked until an update succeeds
   */
  public void update(World now, Settings how) {
    time++;
    Change change = identities.update(now, how);
    selections.update(change, how.names(), time);
    portUsers.update(change, time);
    policies.update(now, how.names(), change, lastGood.values(), time);
    if (settings.mode() != how.mode() || settings.audited() != how.audited()) {
      policies.forget();
      lastGood.values().forEach(RuleSet::forget);
    }
    lastGood.keySet().removeIf(pod -> identities.of(pod) == null);
    world = now;
    settings = how;
  }

  /** Who is who in the world. */
  public Identities identities() {
    return identities;
  }

  /**
   * What policies say of a pod.
   *
   * @throws IllegalArgumentException if it shares its node's addresses, so that it is no endpoint,
   *     or is not in the world
   */
  public EndpointRules endpoint(Pod pod) {
    Identity identity = identities.of(pod.key());
    if (identity == null) {
      throw new IllegalArgumentException("pod " + pod.fullName() + " has no identity of its own");
    }
    Endpoint endpoint =
        new Endpoint(
            pod.namespace(),
            pod.name(),
            pod.hostInterface(),
            pod.addresses(),
            identity.number(),
            identity.labels());
    if (settings.mode() == Settings.Mode.NEVER) {
      return rules(endpoint, Direction.OPEN, Direction.OPEN, List.of());
    }
    // An endpoint whose labels are not known is not left open until they are.
    boolean unknown = identity.labels().hasReserved("init");
    RuleSet.Subject subject = new RuleSet.Subject(pod.audited(), unknown, true, pod.ports());
    RuleSet set = policies.selecting(identity.number(), identity.labels());
    RuleSet.Answer answer = answer(set, subject);
    if (answer.conflicts().isEmpty()) {
      lastGood.put(pod.key(), set);
      return rules(endpoint, answer, answer);
    }
    RuleSet before = lastGood.get(pod.key());
    RuleSet.Answer last = before == null ? null : answer(before, subject);
    return rules(endpoint, last, answer);
  }

  /**
   * What policies about nodes say of one; they apply to it and to pods that share its addresses.
   */
  public EndpointRules host(Node node) {
    Labels labels = labels(node);
    boolean local = node.name().equals(settings.node());
    int identity = local ? ReservedIdentity.HOST : ReservedIdentity.REMOTE_NODE;
    Endpoint endpoint = new Endpoint("", node.name(), "", node.addresses(), identity, labels);
    RuleSet.Answer answer =
        answer(policies.selectingNode(labels), new RuleSet.Subject(false, false, false, List.of()));
    return rules(endpoint, answer, answer);
  }

  /**
   * The endpoints of this node, ordered by namespace and name.
   *
   * @param warnings where to add what is odd about them
   */
  public List<EndpointRules> local(List<Warning> warnings) {
    LocalPods pods = LocalPods.of(world);
    Set<Warning> odd = new LinkedHashSet<>(pods.warnings());
    List<EndpointRules> endpoints = new ArrayList<>();
    for (Pod pod : pods.pods()) {
      EndpointRules rules = endpoint(pod);
      endpoints.add(rules);
      odd.addAll(Oddities.of(rules));
    }
    odd.addAll(Oddities.of(policies));
    warnings.addAll(odd);
    return endpoints;
  }

  private RuleSet.Answer answer(RuleSet set, RuleSet.Subject subject) {
    return set.answer(subject, settings, portUsers.ports(), portUsers.changedAt());
  }

  /**
   * Puts an answer together.
   *
   * @param inForce whose directions to take; null or in conflict itself: nothing is allowed
   * @param now whose policies and conflicts to tell
   */
  private static EndpointRules rules(
      Endpoint endpoint, RuleSet.@Nullable Answer inForce, RuleSet.Answer now) {
    Direction ingress = Direction.CLOSED;
    Direction egress = Direction.CLOSED;
    if (inForce != null && inForce.conflicts().isEmpty()) {
      ingress = inForce.ingress();
      egress = inForce.egress();
    }
    return new EndpointRules(
        endpoint, ingress, egress, now.policies(), now.conflicts(), now.unaudited());
  }

  private static EndpointRules rules(
      Endpoint endpoint, Direction ingress, Direction egress, List<String> policies) {
    return new EndpointRules(endpoint, ingress, egress, policies, List.of(), List.of());
  }

  private static Labels labels(Node node) {
    List<Label> labels = new ArrayList<>();
    labels.add(new Label(Label.RESERVED, "host", ""));
    node.labels().forEach((key, value) -> labels.add(Label.kubernetes(key, value)));
    return Labels.of(labels);
  }
}
