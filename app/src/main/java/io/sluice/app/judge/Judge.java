package io.sluice.app.judge;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Verdict;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers questions about one world under one set of policies and settings, exactly as an agent
 * would decide. Remembers what it has resolved; not thread-safe.
 */
public final class Judge {
  private final World world;
  private final Settings settings;
  private final Parties parties;
  private final Map<String, NodeView> nodes = new HashMap<>();

  /**
   * Makes one.
   *
   * @param world the objects in force, policies included
   * @param fqdns addresses of names that are taken as learned
   * @param settings what the agent is configured by
   */
  public Judge(World world, Map<String, List<InetAddress>> fqdns, Settings settings) {
    this.world = world;
    this.settings = settings;
    this.parties = new Parties(world);
  }

  /**
   * Answers one question.
   *
   * @throws QuestionException if it speaks of what the world does not have
   */
  public Answer answer(Question question) throws QuestionException {
    Party from = parties.from(question.from());
    Parties.Destination to = parties.to(question.to(), question.traffic());
    Side egress =
        from instanceof Party.OfPod(Pod pod)
            ? side(pod, Direction.EGRESS, to.party(), to.traffic(), question)
            : null;
    Side ingress =
        to.party() instanceof Party.OfPod(Pod pod)
            ? side(pod, Direction.INGRESS, from, to.traffic(), question)
            : null;
    return Answer.of(egress, ingress);
  }

  private Side side(Pod pod, Direction direction, Party peer, Traffic traffic, Question question) {
    NodeView node = nodes.computeIfAbsent(node(pod), name -> new NodeView(world, settings, name));
    EndpointPolicy policy = node.policy(pod);
    io.sluice.proxy.policy.Protocol protocol = traffic.carrier();
    PeerPolicy allowed = policy.peer(direction, protocol, traffic.port(), node.identity(peer));
    String name = pod.fullName();
    if (!policy.endpoint().judged(direction)) {
      return Verdicts.unenforced(name);
    }
    Verdict connection = policy.explain(direction, protocol, traffic.port(), node.identity(peer));
    return new Verdicts(name, allowed, connection).to(question.layer7(), question.sni());
  }

  /** The node whose agent decides. */
  private String node(Pod pod) {
    return settings.node().isEmpty() ? pod.node() : settings.node();
  }
}
