package io.sluice.app.judge;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.Enforcement;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Verdict;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about one world under one set of policies and settings, exactly as an agent
 * would decide. Remembers what it has resolved; not thread-safe.
 */
public final class Judge {
  private final World world;
  private final LearnedNames names;
  private final Settings settings;
  private final Parties parties;
  private final Map<String, NodeView> nodes = new HashMap<>();

  /**
   * Makes one.
   *
   * @param world the objects in force, policies included
   * @param fqdns addresses of names that are taken as learned
   * @param settings what the agent is configured by
   * @throws QuestionException if one of the names is no domain name
   */
  public Judge(World world, Map<String, List<InetAddress>> fqdns, Settings settings)
      throws QuestionException {
    this.world = world;
    this.names = new LearnedFqdns(fqdns);
    this.settings = settings;
    this.parties = new Parties(world);
  }

  /**
   * Answers one question.
   *
   * @throws QuestionException if it speaks of what the world, or no protocol, has
   */
  public Answer answer(Question question) throws QuestionException {
    Requests.check(question.layer7());
    Party from = parties.from(question.from());
    Parties.Destination to = parties.to(question.to(), question.traffic());
    Traffic traffic = to.traffic();
    Side egress =
        side(Direction.EGRESS, from, to.party(), traffic, question.layer7(), question.sni());
    // What arrives is what the proxy at the other end has sent on.
    Layer7 arriving =
        egress == null || egress.forwarded() == null || question.layer7() == null
            ? question.layer7()
            : question.layer7().with(egress.forwarded());
    Side ingress = side(Direction.INGRESS, to.party(), from, traffic, arriving, question.sni());
    return Answer.of(egress, ingress);
  }

  /** What the policies of one end say of the other; null if that end is no endpoint. */
  private @Nullable Side side(
      Direction direction,
      Party end,
      Party peer,
      Traffic traffic,
      @Nullable Layer7 layer7,
      @Nullable String sni) {
    NodeView.Enforced enforced = enforced(end, peer);
    if (enforced == null) {
      return null;
    }
    if (!enforced.conflicts().isEmpty()) {
      return Verdicts.conflict(enforced.name(), enforced.conflicts());
    }
    EndpointPolicy policy = enforced.policy();
    if (!policy.endpoint().judged(direction)) {
      return Verdicts.unenforced(enforced.name());
    }
    int identity = view(local(end, peer)).identity(peer);
    PeerPolicy allowed = policy.peer(direction, traffic.carrier(), traffic.port(), identity);
    Verdict connection = policy.explain(direction, traffic.carrier(), traffic.port(), identity);
    boolean enforcing = policy.endpoint().enforcement(direction) == Enforcement.ENFORCING;
    return new Verdicts(enforced.name(), enforcing, allowed, connection).to(layer7, sni);
  }

  private NodeView.@Nullable Enforced enforced(Party end, Party peer) {
    NodeView view = view(local(end, peer));
    return switch (end) {
      case Party.OfPod(Pod pod) -> view.of(pod);
      case Party.OfNode(Node node, var _) ->
          node.name().equals(local(end, peer)) ? view.of(node) : null;
      case Party.OfEntity(Party.Entity entity) when entity == Party.Entity.HOST ->
          view.of(parties.node(local(end, peer)));
      case Party.OfEntity _, Party.OfAddress _ -> null;
    };
  }

  private NodeView view(String node) {
    return nodes.computeIfAbsent(node, name -> new NodeView(world, names, settings, name));
  }

  /**
   * The name of the node whose agent decides for an end; the host is that of the other end, or the
   * only one there is.
   */
  private String local(Party end, Party peer) {
    if (!settings.node().isEmpty()) {
      return settings.node();
    }
    return switch (end) {
      case Party.OfPod(Pod pod) -> pod.node();
      case Party.OfNode(Node node, var _) -> node.name();
      case Party.OfEntity _, Party.OfAddress _ ->
          switch (peer) {
            case Party.OfPod(Pod pod) -> pod.node();
            case Party.OfNode(Node node, var _) -> node.name();
            case Party.OfEntity _, Party.OfAddress _ ->
                world.nodes().size() == 1 ? world.nodes().getFirst().name() : "";
          };
    };
  }
}
