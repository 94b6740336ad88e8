package io.sluice.proxy.policy.compile;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Enforcement;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.policy.rule.RuleCompiler;
import io.sluice.v1.EndpointInfo;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a policy resource strictly: what it asks for is either enforced as it says or the resource
 * is refused, fields that this version does not know included (any of them might restrict a rule).
 */
final class ResourceReader {
  /** Of {@link NetworkPolicy}: a conntrack map's name, still sent by older control planes. */
  private static final int RETIRED_FIELD = 5;

  /** The package of our own descriptions, which decide nothing. */
  private static final String DESCRIPTIONS = "sluice.v1";

  private final EntryReader reader;

  ResourceReader(List<RuleCompiler> compilers, LearnedIdentities learned) {
    this.reader = new EntryReader(compilers, learned);
  }

  /** Refuses fields that this version does not know, at any depth. */
  static void refuseUnknownFields(Message message) throws InvalidPolicyException {
    for (int number : message.getUnknownFields().asMap().keySet()) {
      if (!(message instanceof NetworkPolicy && number == RETIRED_FIELD)) {
        throw new InvalidPolicyException(
            "unknown field "
                + number
                + " in "
                + message.getDescriptorForType().getFullName()
                + ", expected only fields that this version can enforce");
      }
    }
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
          || field.getMessageType().getFile().getPackage().equals(DESCRIPTIONS)) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          refuseUnknownFields((Message) message.getRepeatedField(field, i));
        }
      } else {
        refuseUnknownFields((Message) message.getField(field));
      }
    }
  }

  /** Describes the endpoint; its addresses are one or two, one of each family. */
  static Endpoint endpoint(NetworkPolicy resource) throws InvalidPolicyException {
    List<InetAddress> addresses = new ArrayList<>();
    Set<Class<?>> families = new HashSet<>();
    for (int i = 0; i < resource.getEndpointIpsCount(); i++) {
      InetAddress address;
      try {
        address = AddressText.address(resource.getEndpointIps(i));
      } catch (InvalidPolicyException invalid) {
        throw new InvalidPolicyException("endpoint_ips[" + i + "] is " + invalid.getMessage());
      }
      if (!families.add(address.getClass())) {
        throw new InvalidPolicyException("endpoint_ips has two addresses of one family");
      }
      addresses.add(address);
    }
    if (addresses.isEmpty()) {
      throw new InvalidPolicyException("endpoint_ips is empty, expected one or two addresses");
    }
    return describe(resource, addresses);
  }

  /** Describes the endpoint with other addresses than those of the resource. */
  static Endpoint describe(NetworkPolicy resource, List<InetAddress> addresses) {
    EndpointInfo info = resource.getEndpoint();
    // A control plane that says nothing about enforcement sends a rule that allows everything where
    // there is none; so each direction's rules are to be obeyed.
    boolean told = resource.hasEndpoint();
    return new Endpoint(
        resource.getEndpointId(),
        info.getNamespace(),
        info.getName(),
        List.copyOf(addresses),
        info.getInterface(),
        info.getIdentity(),
        List.copyOf(info.getLabelsList()),
        told ? enforcement(info.getIngress()) : Enforcement.ENFORCING,
        told ? enforcement(info.getEgress()) : Enforcement.ENFORCING,
        List.copyOf(info.getPoliciesList()));
  }

  private static Enforcement enforcement(io.sluice.v1.Enforcement told) {
    return switch (told) {
      case ENFORCEMENT_NONE -> Enforcement.NONE;
      case ENFORCEMENT_AUDIT -> Enforcement.AUDIT;
      case ENFORCEMENT_ENFORCING, UNRECOGNIZED -> Enforcement.ENFORCING;
    };
  }

  /** Reads the rules of one direction, with its shadow if it has one. */
  DirectionRules rules(Direction direction, NetworkPolicy resource) throws InvalidPolicyException {
    boolean ingress = direction == Direction.INGRESS;
    String side = ingress ? "ingress" : "egress";
    List<PortRules> enforced = new ArrayList<>();
    read(
        side + "_per_port_policies",
        ingress
            ? resource.getIngressPerPortPoliciesList()
            : resource.getEgressPerPortPoliciesList(),
        EntryReader.Place.CILIUM,
        enforced);
    read(
        side + "_other_protocols",
        ingress ? resource.getIngressOtherProtocolsList() : resource.getEgressOtherProtocolsList(),
        EntryReader.Place.OTHER_PROTOCOLS,
        enforced);
    if (ingress ? !resource.hasIngressShadow() : !resource.hasEgressShadow()) {
      return new DirectionRules(List.copyOf(enforced), null);
    }
    List<PortRules> shadow = new ArrayList<>();
    read(
        side + "_shadow.per_port_policies",
        (ingress ? resource.getIngressShadow() : resource.getEgressShadow())
            .getPerPortPoliciesList(),
        EntryReader.Place.SHADOW,
        shadow);
    return new DirectionRules(List.copyOf(enforced), List.copyOf(shadow));
  }

  private void read(
      String field, List<PortNetworkPolicy> entries, EntryReader.Place place, List<PortRules> into)
      throws InvalidPolicyException {
    for (int i = 0; i < entries.size(); i++) {
      try {
        PortRules read = reader.read(entries.get(i), place);
        if (read != null) {
          into.add(read);
        }
      } catch (InvalidPolicyException invalid) {
        throw invalid.in(field, i);
      }
    }
  }
}
