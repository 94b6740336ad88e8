package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy.PortRule;
import io.sluice.xds.world.Policy.Ports;
import io.sluice.xds.world.Policy.Protocol;
import io.sluice.xds.world.Policy.Tls;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code toPorts}: ports, protocols, and what of the connections on them is meant. */
final class PortParser {
  private static final int MAX_PORTS = 40;
  private static final int MAX_PORT = 65_535;
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,4}");
  private static final Pattern PORT_NAME =
      Pattern.compile("(?=.{1,15}$)(?=.*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*");
  private static final List<Protocol> PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.ANY);

  private final Direction direction;
  private final boolean ofNodes;
  private final L7Parser l7;
  private final TlsParser tls;

  /**
   * Makes one for the items of one direction of a rule.
   *
   * @param ofNodes whether the rule applies to nodes
   */
  PortParser(Direction direction, boolean ofNodes, L7Parser l7, TlsParser tls) {
    this.direction = direction;
    this.ofNodes = ofNodes;
    this.l7 = l7;
    this.tls = tls;
  }

  /** One element of {@code ports}, and where it stands. */
  private record Written(Located at, Ports ports) {}

  /** Reads one element of an allowing item's {@code toPorts}. */
  PortRule allowed(Located rule) throws RejectedException {
    rule.allow(
        Set.of("ports", "rules", "terminatingTLS", "originatingTLS", "serverNames", "listener"));
    List<Written> ports = ports(rule);
    Located rules = rule.get("rules");
    L7Rules requests = rules == null ? null : l7.rules(rules);
    if (rules != null && requests != null) {
      checkL7(rules, ports, requests);
    }
    List<String> serverNames = tls.serverNames(rule);
    Tls contexts = tls.contexts(rule);
    if (!serverNames.isEmpty() && requests != null && rule.get("terminatingTLS") == null) {
      rule.require("serverNames")
          .error(
              "can't be combined with L7 rules, which can't be read inside TLS; remove one of the"
                  + " two");
    }
    Located listener = rule.get("listener");
    if (listener != null) {
      listener.error(
          "there are no custom listeners here, and allowing the connections without would enforce"
              + " less than the policy says; remove it");
    }
    boolean asksForTls = !serverNames.isEmpty() || contexts != null;
    return new PortRule(
        rule.place(),
        asksForTls ? onTcp(ports) : ports.stream().map(Written::ports).toList(),
        requests,
        serverNames,
        contexts);
  }

  /** Reads one element of a denying item's {@code toPorts}. */
  PortRule denied(Located rule) throws RejectedException {
    rule.allow(Set.of("ports"));
    List<Ports> ports = ports(rule).stream().map(Written::ports).toList();
    return new PortRule(rule.place(), ports, null, List.of(), null);
  }

  private static List<Written> ports(Located rule) throws RejectedException {
    Located listed = rule.get("ports");
    if (listed == null || listed.items().isEmpty()) {
      rule.warn("names no port, so it means no connection at all; list the ports");
      return List.of();
    }
    int count = listed.items().size();
    if (count > MAX_PORTS) {
      throw listed.reject(
          "at most " + MAX_PORTS + " ports are allowed, found " + count + "; split it");
    }
    return listed.each(item -> new Written(item, port(item)));
  }

  private static Ports port(Located item) throws RejectedException {
    item.allow(Set.of("port", "endPort", "protocol"));
    Located named = item.get("protocol");
    Protocol protocol = named == null ? Protocol.ANY : protocol(named);
    Located port = item.require("port");
    Located end = item.get("endPort");
    int last = end == null ? 0 : end.number(0, MAX_PORT);
    String text = port.text();
    if (PORT_NAME.matcher(text).matches()) {
      if (end != null && last != 0) {
        end.warn("is ignored, because the port is a name; write the port's number");
      }
      return new Ports(protocol, 0, 0, text.toLowerCase(Locale.ROOT));
    }
    if (!NUMBER.matcher(text).matches() || Integer.parseInt(text) > MAX_PORT) {
      throw port.reject(
          "expected a port number from \"0\" to \"65535\" or the name of a port, found \""
              + text
              + "\"");
    }
    int first = Integer.parseInt(text);
    if (end != null && last != 0 && first == 0) {
      throw end.reject("port \"0\" means every port and takes no endPort; begin at port \"1\"");
    }
    if (end != null && last != 0 && last < first) {
      throw end.reject("is smaller than port " + first + "; expected " + first + " to 65535");
    }
    return new Ports(protocol, first, Math.max(first, last), "");
  }

  private static Protocol protocol(Located field) throws RejectedException {
    String text = field.text();
    if (text.isEmpty()) {
      field.warn("is taken as ANY; write that, because an API server does not accept no text");
      return Protocol.ANY;
    }
    String upper = text.toUpperCase(Locale.ROOT);
    for (Protocol protocol : PROTOCOLS) {
      if (protocol.name().equals(upper)) {
        if (!upper.equals(text)) {
          field.warn("is taken as " + upper + "; an API server accepts only upper case");
        }
        return protocol;
      }
    }
    String hint = upper.startsWith("ICMP") ? "; ICMP types are named in icmps" : "";
    throw field.reject("expected TCP, UDP, SCTP or ANY, found \"" + text + "\"" + hint);
  }

  /** One port that can't carry the requests spoils the whole rule, as in the language. */
  private void checkL7(Located rules, List<Written> ports, L7Rules requests) {
    boolean dns = requests instanceof L7Rules.Dns;
    if (dns && direction == Direction.INGRESS) {
      rules.error("DNS rules restrict what endpoints ask, so they belong to egress; move them");
    } else if (ofNodes && (direction == Direction.INGRESS || !dns)) {
      rules.error("a policy for nodes can have L7 rules only for DNS and only in egress");
    }
    if (dns && ports.isEmpty()) {
      rules.error("DNS rules need ports to find the questions on; list port \"53\"");
    }
    for (Written port : ports) {
      checkL7(port, dns);
    }
  }

  private static void checkL7(Written written, boolean dns) {
    Ports ports = written.ports();
    Protocol protocol = ports.protocol();
    if (ports.first() == 0 && ports.name().isEmpty()) {
      written.at().error("L7 rules need a port, and \"0\" means every port; list the ports");
    } else if (!dns && protocol != Protocol.TCP) {
      written.at().error("L7 rules need protocol TCP, found " + protocol);
    } else if (dns && protocol == Protocol.SCTP) {
      written.at().error("DNS rules need protocol UDP, TCP or ANY, found SCTP");
    } else if (dns && ports.last() > ports.first()) {
      written.at().error("DNS rules take no range of ports; list the ports one by one");
    }
  }

  /** Only TCP carries TLS: what else the ports stand for can't satisfy the rule. */
  private static List<Ports> onTcp(List<Written> ports) {
    List<Ports> onTcp = new ArrayList<>();
    for (Written written : ports) {
      Ports each = written.ports();
      if (each.protocol() == Protocol.TCP || each.protocol() == Protocol.ANY) {
        onTcp.add(new Ports(Protocol.TCP, each.first(), each.last(), each.name()));
      } else {
        written
            .at()
            .warn(
                "means no packet at all: TLS is only seen on TCP; allow "
                    + each.protocol()
                    + " in an element without TLS");
      }
    }
    return List.copyOf(onTcp);
  }
}
