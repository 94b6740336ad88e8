package io.sluice.app.judge;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sluice.app.agent.Protocols;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.ReservedIdentity;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.policy.compile.Rejection;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.xds.resolve.Conflict;
import io.sluice.xds.resolve.EndpointRules;
import io.sluice.xds.resolve.Resolver;
import io.sluice.xds.translate.Resources;
import io.sluice.xds.world.LearnedNames;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Settings.Mode;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the agent of one node would enforce and whom it would take peers for. Goes the one way of a
 * policy, for those endpoints that are asked about: identities, rules, resources, compiled policy.
 */
final class NodeView {
  /**
   * Stands for the addresses of an endpoint in its resource: whom it is about is known here, and it
   * may have no address yet, or as a node more than the two of a pod.
   */
  private static final String SOME_ADDRESS = "0.0.0.0";

  private final String node;
  private final Mode mode;
  private final Resolver resolver = new Resolver();
  private final PolicySnapshot identities;
  private final Map<String, Enforced> endpoints = new HashMap<>();

  /**
   * What is enforced on one endpoint.
   *
   * @param name {@code namespace/name}, or the name of a node
   * @param policy compiled
   * @param conflicts why its policies can't be enforced together; if there are any, nothing passes
   */
  record Enforced(String name, EndpointPolicy policy, List<Conflict> conflicts) {}

  NodeView(World world, LearnedNames names, Settings settings, String node) {
    this.node = node;
    this.mode = Mode.valueOf(settings.enforcement().name());
    resolver.update(
        world,
        io.sluice.xds.world.Settings.defaults(node)
            .inMode(mode)
            .audited(settings.audit())
            .knowing(names));
    PolicyCompiler compiler = new PolicyCompiler(Protocols.RULES);
    List<Any> hosts = new Resources().hosts(resolver.identities().all());
    try {
      refuseNone(compiler.replaceIdentities(unpack(hosts, NetworkPolicyHosts.class)));
    } catch (InvalidPolicyException invalid) {
      throw new IllegalStateException("the control plane made what has no number", invalid);
    }
    identities = compiler.snapshot();
  }

  /** What is enforced on a pod with addresses of its own. */
  Enforced of(Pod pod) {
    return endpoints.computeIfAbsent(pod.fullName(), _ -> compiled(resolver.endpoint(pod)));
  }

  /** What is enforced on a node, or null if no policy is about it. */
  @Nullable Enforced of(Node which) {
    EndpointRules rules = resolver.host(which);
    return mode == Mode.NEVER || rules.policies().isEmpty() ? null : compiled(rules);
  }

  private static Enforced compiled(EndpointRules rules) {
    List<NetworkPolicy> resources = new ArrayList<>();
    for (NetworkPolicy made :
        unpack(new Resources().policies(List.of(rules)), NetworkPolicy.class)) {
      resources.add(made.toBuilder().clearEndpointIps().addEndpointIps(SOME_ADDRESS).build());
    }
    PolicyCompiler compiler = new PolicyCompiler(Protocols.RULES);
    try {
      refuseNone(compiler.replacePolicies(resources));
    } catch (InvalidPolicyException invalid) {
      throw new IllegalStateException("the control plane made what has no number", invalid);
    }
    EndpointPolicy policy = compiler.snapshot().endpoints().iterator().next();
    return new Enforced(rules.endpoint().fullName(), policy, rules.conflicts());
  }

  private static void refuseNone(List<Rejection> refused) {
    if (!refused.isEmpty()) {
      throw new IllegalStateException("the proxy refused what the control plane made: " + refused);
    }
  }

  private static <M extends Message> List<M> unpack(List<Any> packed, Class<M> type) {
    List<M> messages = new ArrayList<>(packed.size());
    try {
      for (Any each : packed) {
        messages.add(each.unpack(type));
      }
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("a resource of another type", impossible);
    }
    return messages;
  }

  /** Whom the agent takes a peer for. */
  int identity(Party peer) {
    return switch (peer) {
      case Party.OfPod(Pod pod) ->
          pod.addresses().isEmpty()
              ? of(pod).policy().endpoint().identity()
              : identity(pod.addresses().getFirst());
      case Party.OfNode(Node other, var address) ->
          other.name().equals(node)
              ? ReservedIdentity.HOST
              : address == null ? ReservedIdentity.REMOTE_NODE : identity(other, address);
      case Party.OfAddress(InetAddress address) -> identity(address);
      case Party.OfEntity(Party.Entity entity) -> entity.identity();
    };
  }

  /** A node that the world has no object of is one all the same: a pod is on its network. */
  private int identity(Node other, InetAddress address) {
    return other.addresses().isEmpty() ? ReservedIdentity.REMOTE_NODE : identity(address);
  }

  private int identity(InetAddress address) {
    return identities.peer(address).identity();
  }
}
