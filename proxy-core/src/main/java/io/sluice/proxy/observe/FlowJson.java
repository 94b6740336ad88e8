package io.sluice.proxy.observe;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.rule.NearestMiss;
import io.sluice.proxy.policy.rule.RuleOrigin;
import io.sluice.proxy.spi.DnsRecord;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Flow.Outcome;
import io.sluice.proxy.spi.HttpRecord;
import io.sluice.proxy.spi.RequestRecord;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes flows as Hubble's JSON does (names of its protobufs, enums by name, 64-bit numbers as
 * strings), with what only we know beside it under {@code sluice}. For one thread.
 */
final class FlowJson {
  private static final int MAX_WHY = 1024;
  private static final int MAX_SUMMARY_URL = 1024;

  // Hubble's numbers: the drop reasons, and the kinds of event.
  private static final String POLICY_DENIED =
      ",\"drop_reason\":133,\"drop_reason_desc\":\"POLICY_DENIED\"";
  private static final String POLICY_DENY =
      ",\"drop_reason\":181,\"drop_reason_desc\":\"POLICY_DENY\"";
  private static final String L7_EVENT = ",\"event_type\":{\"type\":129}";
  private static final String VERDICT_EVENT = ",\"event_type\":{\"type\":5}";
  private static final String DROP_EVENT = ",\"event_type\":{\"type\":1}";

  private final JsonBytes out;
  private final HttpJson httpJson;
  private final DnsJson dnsJson;
  private final Ends ends = new Ends();
  private final Origins origins = new Origins();
  private final Timestamp timestamp = new Timestamp();
  private final byte[] nodeName;

  FlowJson(JsonBytes out, String node, Redaction redaction) {
    this.out = out;
    this.httpJson = new HttpJson(out, redaction);
    this.dnsJson = new DnsJson(out);
    JsonBytes name = new JsonBytes(64);
    name.raw(",\"node_name\":").string(node, Ends.MAX_NAME);
    this.nodeName = name.copyFrom(0);
  }

  /** Appends one line. */
  void write(Flow flow) {
    boolean reply = flow.type() == Flow.Type.RESPONSE;
    RuleOrigin rule = Deciding.rule(flow);
    Direction direction = flow.connection().direction();
    out.raw("{\"flow\":{\"time\":");
    timestamp.write(flow.timeNanos(), out);
    verdict(flow);
    ends.write(out, flow.connection(), reply);
    out.raw(flow.type() == Flow.Type.CONNECTION ? ",\"Type\":\"L3_L4\"" : ",\"Type\":\"L7\"");
    out.raw(nodeName);
    if (flow.type() != Flow.Type.CONNECTION) {
      l7Start(reply, flow.latencyNanos());
      l7(flow.request());
      out.raw("}");
    }
    out.raw(event(flow));
    direction(direction);
    reply(reply);
    summary(flow, reply);
    policies(flow, direction);
    tail(flow.timeNanos());
    sluice(rule, flow.reason(), flow.nearestMisses());
    if (flow.http() != null) {
      httpJson.notes(flow.http());
    }
    out.raw(",\"connection\":").string(flow.connection().id(), Ends.MAX_NAME).raw("}}\n");
  }

  /** Appends one line. */
  void write(PacketFlow packet) {
    out.raw("{\"flow\":{\"time\":");
    timestamp.write(packet.timeNanos(), out);
    PacketJson.verdict(out, packet);
    PacketJson.headers(out, packet);
    Ends.parties(out, packet.direction(), packet.endpoint(), packet.peer(), packet.reply());
    out.raw(",\"Type\":\"L3_L4\"").raw(nodeName);
    PacketJson.event(out, packet);
    direction(packet.direction());
    reply(packet.reply());
    PacketJson.policy(out, packet, origins);
    tail(packet.timeNanos());
    sluice(packet.rule(), PacketJson.reason(packet), List.of());
    PacketJson.selecting(out, packet);
    out.raw("}}\n");
  }

  private void l7(@Nullable RequestRecord request) {
    switch (request) {
      case null -> {}
      case HttpRecord http -> {
        httpJson.read(http);
        out.raw(",\"http\":");
        httpJson.write();
      }
      case DnsRecord dns -> {
        dnsJson.read(dns);
        out.raw(",\"dns\":");
        dnsJson.write();
      }
    }
  }

  private void summary(Flow flow, boolean reply) {
    if (flow.type() == Flow.Type.CONNECTION || flow.request() == null) {
      return;
    }
    out.raw(",\"Summary\":\"");
    switch (flow.request()) {
      case HttpRecord _ -> httpJson.summary(reply, flow.latencyNanos(), MAX_SUMMARY_URL);
      case DnsRecord _ -> dnsJson.summary(reply);
    }
    out.raw("\"");
  }

  private void verdict(Flow flow) {
    switch (flow.verdict()) {
      case FORWARDED -> out.raw(",\"verdict\":\"FORWARDED\"");
      case DENIED ->
          out.raw(",\"verdict\":\"DROPPED\"")
              .raw(flow.rule().equals(RuleOrigin.NONE) ? POLICY_DENIED : POLICY_DENY);
      case AUDIT -> out.raw(",\"verdict\":\"AUDIT\"");
      case MALFORMED -> out.raw(",\"verdict\":\"DROPPED\"");
      case ERROR -> out.raw(",\"verdict\":\"ERROR\"");
    }
  }

  private static String event(Flow flow) {
    if (flow.type() != Flow.Type.CONNECTION) {
      return L7_EVENT;
    }
    return flow.verdict() == Outcome.AUDIT ? VERDICT_EVENT : DROP_EVENT;
  }

  private void l7Start(boolean reply, long latencyNanos) {
    out.raw(reply ? ",\"l7\":{\"type\":\"RESPONSE\"" : ",\"l7\":{\"type\":\"REQUEST\"");
    if (latencyNanos > 0) {
      out.raw(",\"latency_ns\":\"").number(latencyNanos).raw("\"");
    }
  }

  private void direction(Direction direction) {
    out.raw(",\"traffic_direction\":");
    out.raw(direction == Direction.INGRESS ? "\"INGRESS\"" : "\"EGRESS\"");
  }

  private void reply(boolean reply) {
    out.raw(reply ? ",\"is_reply\":true,\"reply\":true" : ",\"is_reply\":false,\"reply\":false");
  }

  private void policies(Flow flow, Direction direction) {
    if (flow.verdict() == Outcome.MALFORMED) {
      return;
    }
    boolean allowed = flow.verdict() != Outcome.DENIED && flow.verdict() != Outcome.AUDIT;
    if (!flow.rule().equals(RuleOrigin.NONE)) {
      policies(direction, allowed, Set.of(flow.rule()));
    } else if (!flow.nearestMisses().isEmpty()) {
      Set<RuleOrigin> restricting = new LinkedHashSet<>();
      for (NearestMiss miss : flow.nearestMisses()) {
        RuleOrigin origin = miss.origin();
        restricting.add(new RuleOrigin(origin.kind(), origin.namespace(), origin.name(), ""));
      }
      policies(direction, allowed, restricting);
    }
  }

  private void policies(Direction direction, boolean allowed, Collection<RuleOrigin> named) {
    out.raw(direction == Direction.INGRESS ? ",\"ingress_" : ",\"egress_");
    out.raw(allowed ? "allowed_by\":[" : "denied_by\":[");
    String comma = "";
    for (RuleOrigin origin : named) {
      out.raw(comma).raw(origins.of(origin).policy());
      comma = ",";
    }
    out.raw("]");
  }

  private void tail(long timeNanos) {
    out.raw("}").raw(nodeName).raw(",\"time\":");
    timestamp.write(timeNanos, out);
  }

  /** Writes the start of the object that holds what only we know; whoever calls it ends it. */
  private void sluice(RuleOrigin rule, String reason, List<NearestMiss> misses) {
    out.raw(",\"sluice\":{").raw(origins.of(rule).rule());
    out.raw(",\"reason\":").string(reason, MAX_WHY);
    out.raw(",\"nearestMisses\":[");
    String comma = "";
    for (NearestMiss miss : misses) {
      out.raw(comma).raw("{\"policy\":").string(miss.origin().policy(), 2 * Ends.MAX_NAME);
      out.raw(",\"rule\":").string(miss.origin().rule(), MAX_WHY);
      out.raw(",\"field\":").string(miss.field(), Ends.MAX_NAME);
      out.raw(",\"why\":").string(miss.why(), MAX_WHY).raw("}");
      comma = ",";
    }
    out.raw("]");
  }
}
