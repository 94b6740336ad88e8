package io.sluice.app.judge;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.sluice.app.agent.Protocols;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.InvalidPolicyException;
import io.sluice.proxy.policy.PolicyCompiler;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.Rejection;
import io.sluice.xds.resolve.EndpointRules;
import io.sluice.xds.resolve.Resolver;
import io.sluice.xds.translate.Resources;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Settings.Mode;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What the agent of one node would enforce and whom it would take peers for. Goes the one way of a
 * policy: identities, rules, resources, compiled policy.
 */
final class NodeView {
  private final PolicySnapshot snapshot;

  NodeView(World world, Settings settings, String node) {
    Resolver resolver = new Resolver();
    resolver.update(
        world,
        io.sluice.xds.world.Settings.defaults(node)
            .inMode(Mode.valueOf(settings.enforcement().name()))
            .audited(settings.audit()));
    List<EndpointRules> endpoints =
        world.pods().stream().filter(pod -> !pod.hostNetwork()).map(resolver::endpoint).toList();
    Resources resources = new Resources();
    PolicyCompiler compiler = new PolicyCompiler(Protocols.RULES);
    try {
      List<Rejection> refused = new ArrayList<>();
      refused.addAll(
          compiler.replaceIdentities(
              unpack(resources.hosts(resolver.identities().all()), NetworkPolicyHosts.class)));
      refused.addAll(
          compiler.replacePolicies(unpack(resources.policies(endpoints), NetworkPolicy.class)));
      if (!refused.isEmpty()) {
        throw new IllegalStateException(
            "the proxy refused what the control plane made: " + refused);
      }
    } catch (InvalidPolicyException invalid) {
      throw new IllegalStateException("the control plane made what has no number", invalid);
    }
    snapshot = compiler.snapshot();
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

  /** The compiled policy of a pod. */
  EndpointPolicy policy(Pod pod) {
    return snapshot.endpoints().stream()
        .filter(each -> each.endpoint().namespace().equals(pod.namespace()))
        .filter(each -> each.endpoint().name().equals(pod.name()))
        .findFirst()
        .orElseThrow();
  }

  /** Whom the agent takes a peer for. */
  int identity(Party peer) {
    return switch (peer) {
      case Party.OfPod(Pod pod) ->
          pod.addresses().isEmpty()
              ? policy(pod).endpoint().identity()
              : snapshot.peer(pod.addresses().getFirst()).identity();
      case Party.OfAddress(InetAddress address) -> snapshot.peer(address).identity();
      case Party.OfEntity(Party.Entity entity) -> entity.identity();
    };
  }
}
