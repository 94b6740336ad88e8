package io.sluice.xds.translate;

import io.sluice.cilium.DnsNetworkPolicyRule;
import io.sluice.cilium.DnsNetworkPolicyRules;
import io.sluice.cilium.GrpcNetworkPolicyRule;
import io.sluice.cilium.GrpcNetworkPolicyRules;
import io.sluice.cilium.KafkaNetworkPolicyRule;
import io.sluice.cilium.KafkaNetworkPolicyRules;
import io.sluice.cilium.PortNetworkPolicyRule;
import io.sluice.v1.RuleOrigin;
import io.sluice.xds.resolve.Rule;
import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import org.jspecify.annotations.Nullable;

/** Makes one rule of a resource, with the number that says which rules it goes before. */
final class RuleTranslation {
  /**
   * All rules are of one tier, whose number fills the upper 24 bits: there is no higher one. Inside
   * it (policy language, section 4.5) a refusal goes before all and plain access behind whatever
   * has to be read.
   */
  private static final int TIER = 0xffffff00;

  private static final int DENY = 255;
  private static final int PLAIN = 1;

  /** Behind everything: it only says why nothing else allows. */
  private static final int EXPLANATION = 0;

  private RuleTranslation() {}

  static PortNetworkPolicyRule of(Rule rule) {
    PortNetworkPolicyRule.Builder builder =
        PortNetworkPolicyRule.newBuilder()
            .setPrecedence(TIER | precedence(rule))
            .setOrigin(origin(rule.policy(), rule.place().field()));
    if (rule.peers().nobody()) {
      throw new IllegalStateException("a rule without peers would be one for everybody");
    }
    for (int identity : rule.peers().identities()) {
      builder.addRemotePolicies(identity);
    }
    if (rule.deny()) {
      return builder.setDeny(true).build();
    }
    if (rule.tls() != null) {
      return builder
          .setDeny(true)
          .setRefusal("wants TLS to be ended or begun, which is not done here")
          .build();
    }
    builder.addAllServerNames(rule.serverNames());
    setL7(builder, rule);
    return builder.build();
  }

  /** 255 less the priority of the listener that Cilium gives such rules. */
  private static int precedence(Rule rule) {
    if (rule.deny()) {
      return DENY;
    }
    if (rule.tls() != null) {
      return EXPLANATION;
    }
    return switch (rule.l7()) {
      case L7Rules.Http _ -> 255 - 101;
      case L7Rules.Grpc _ -> 255 - 102;
      case L7Rules.Kafka _ -> 255 - 106;
      case L7Rules.Dns _ -> 255 - 121;
      case null -> rule.serverNames().isEmpty() ? PLAIN : 255 - 116;
    };
  }

  private static void setL7(PortNetworkPolicyRule.Builder builder, Rule rule) {
    switch (rule.l7()) {
      case null -> {}
      case L7Rules.Http(var requests) ->
          builder.setHttpRules(HttpTranslation.of(rule.policy(), requests));
      case L7Rules.Grpc(var calls) -> {
        GrpcNetworkPolicyRules.Builder grpc = GrpcNetworkPolicyRules.newBuilder();
        calls.forEach(call -> grpc.addGrpcRules(call(rule.policy(), call)));
        builder.setGrpcRules(grpc);
      }
      case L7Rules.Kafka(var requests) -> {
        KafkaNetworkPolicyRules.Builder kafka = KafkaNetworkPolicyRules.newBuilder();
        requests.forEach(request -> kafka.addKafkaRules(request(rule.policy(), request)));
        builder.setKafkaRules(kafka);
      }
      case L7Rules.Dns(var names) -> {
        DnsNetworkPolicyRules.Builder dns =
            DnsNetworkPolicyRules.newBuilder().setReject(reject(rule.policy()));
        names.forEach(name -> dns.addDnsRules(name(rule.policy(), name)));
        builder.setDnsRules(dns);
      }
    }
  }

  private static GrpcNetworkPolicyRule call(@Nullable Policy policy, L7Rules.GrpcRule call) {
    GrpcNetworkPolicyRule.Builder rule =
        GrpcNetworkPolicyRule.newBuilder()
            .setService(call.service() == null ? "" : call.service())
            .setMethod(call.method() == null ? "" : call.method())
            .setOrigin(origin(policy, call.place().field()));
    call.headers().forEach(header -> rule.addHeaders(HttpTranslation.header(header)));
    return rule.build();
  }

  private static KafkaNetworkPolicyRule request(
      @Nullable Policy policy, L7Rules.KafkaRule request) {
    return KafkaNetworkPolicyRule.newBuilder()
        .setApiVersion(request.apiVersion())
        .addAllApiKeys(request.apiKeys())
        .setClientId(request.clientId())
        .setTopic(request.topic())
        .setOrigin(origin(policy, request.place().field()))
        .build();
  }

  private static DnsNetworkPolicyRule name(@Nullable Policy policy, L7Rules.DnsRule name) {
    DnsNetworkPolicyRule.Builder rule =
        DnsNetworkPolicyRule.newBuilder().setOrigin(origin(policy, name.place().field()));
    return name.exact()
        ? rule.setMatchName(name.pattern()).build()
        : rule.setMatchPattern(name.pattern()).build();
  }

  private static DnsNetworkPolicyRules.Reject reject(@Nullable Policy policy) {
    return switch (policy == null ? null : policy.dnsReject()) {
      case null -> DnsNetworkPolicyRules.Reject.CONFIGURED;
      case REFUSED -> DnsNetworkPolicyRules.Reject.REFUSED;
      case NXDOMAIN -> DnsNetworkPolicyRules.Reject.NXDOMAIN;
    };
  }

  /** Where a rule was written; nothing for what nobody wrote. */
  static RuleOrigin origin(@Nullable Policy policy, String field) {
    return policy == null
        ? RuleOrigin.getDefaultInstance()
        : RuleOrigin.newBuilder()
            .setKind(policy.kind())
            .setNamespace(policy.namespace())
            .setName(policy.name())
            .setRule(field)
            .build();
  }
}
