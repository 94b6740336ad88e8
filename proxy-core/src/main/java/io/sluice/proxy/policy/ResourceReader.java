package io.sluice.proxy.policy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.PortNetworkPolicy;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.v1.EndpointInfo;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a policy resource strictly: what it asks for is either enforced as it says or the resource
 * is refused, fields that this version does not know included (any of them might restrict a rule).
 */
final class ResourceReader {
  /** Of {@link NetworkPolicy}: a conntrack map's name, still sent by older control planes. */
  private static final int RETIRED_FIELD = 5;

  /** The package of our own descriptions, which decide nothing. */
  private static final String DESCRIPTIONS = "sluice.v1";

  private final List<RuleCompiler> compilers;

  ResourceReader(List<RuleCompiler> compilers) {
    this.compilers = List.copyOf(compilers);
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
        !told || info.getIngressEnforced(),
        !told || info.getEgressEnforced(),
        List.copyOf(info.getPoliciesList()));
  }

  /** Reads the entries of one direction; those of other protocols than TCP are left out. */
  List<PortRules> ports(String field, List<PortNetworkPolicy> entries)
      throws InvalidPolicyException {
    List<PortRules> ports = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        PortRules read = entry(entries.get(i));
        if (entries.get(i).getProtocol() == SocketAddress.Protocol.TCP) {
          ports.add(read);
        }
      } catch (InvalidPolicyException invalid) {
        throw invalid.in(field, i);
      }
    }
    return ports;
  }

  private PortRules entry(PortNetworkPolicy entry) throws InvalidPolicyException {
    if (entry.getProtocol() == SocketAddress.Protocol.UNRECOGNIZED) {
      throw new InvalidPolicyException(
          "protocol is " + entry.getProtocolValue() + ", expected TCP or UDP");
    }
    int first = entry.getPort();
    int last = entry.getEndPort() == 0 ? first : entry.getEndPort();
    if (first < 0 || first > PortTable.LAST_PORT || last < first || last > PortTable.LAST_PORT) {
      throw new InvalidPolicyException(
          "port..end_port is "
              + Integer.toUnsignedString(first)
              + ".."
              + Integer.toUnsignedString(last)
              + ", expected an ascending range within 0..65535");
    }
    if (first == 0 && last != 0) {
      throw new InvalidPolicyException("end_port is set, expected 0 beside port 0 (any port)");
    }
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < entry.getRulesCount(); i++) {
      try {
        rules.add(rule(entry.getRules(i)));
      } catch (InvalidPolicyException invalid) {
        throw invalid.in("rules", i);
      }
    }
    return new PortRules(first, last, rules.isEmpty() ? List.of(Rule.ALLOW_ALL) : rules);
  }

  private Rule rule(PortNetworkPolicyRule rule) throws InvalidPolicyException {
    refuse(rule.getPassPrecedence() != 0, "pass_precedence");
    refuse(rule.getProxyId() != 0, "proxy_id");
    refuse(rule.hasDownstreamTlsContext(), "downstream_tls_context");
    refuse(rule.hasUpstreamTlsContext(), "upstream_tls_context");
    refuse(rule.getServerNamesCount() > 0, "server_names");
    refuse(!rule.getL7Proto().isEmpty(), "l7_proto");
    if (rule.getRemotePoliciesList().contains(ReservedIdentity.ANY)) {
      throw new InvalidPolicyException(
          "remote_policies contains 0, expected identities, or none for any peer");
    }
    return new Rule(
        rule.getPrecedence(),
        rule.getDeny(),
        rule.getRemotePoliciesList(),
        rule.getDeny() ? null : compiler(rule),
        RuleOrigin.of(rule.getOrigin()),
        rule.toBuilder().clearRemotePolicies().clearPrecedence().build());
  }

  private static void refuse(boolean isSet, String field) throws InvalidPolicyException {
    if (isSet) {
      throw new InvalidPolicyException(field + " is set, expected none: it is not enforced here");
    }
  }

  private @Nullable RuleCompiler compiler(PortNetworkPolicyRule rule)
      throws InvalidPolicyException {
    if (rule.getL7Case() == PortNetworkPolicyRule.L7Case.L7_NOT_SET) {
      return null;
    }
    for (RuleCompiler compiler : compilers) {
      if (compiler.compiles(rule)) {
        return compiler;
      }
    }
    throw new InvalidPolicyException(
        "l7 holds "
            + rule.getL7Case()
            + ", expected rules of "
            + compilers.stream().map(RuleCompiler::protocol).toList());
  }

  /**
   * The rules of one entry.
   *
   * @param first first port; 0 stands for any port
   * @param last last port, inclusive
   * @param rules never empty
   */
  record PortRules(int first, int last, List<Rule> rules) {}
}
