package io.sluice.xds.crd;

import io.sluice.xds.world.L7Rules;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Policy.Ports;
import io.sluice.xds.world.Policy.Protocol;
import io.sluice.xds.world.Warning;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code toPorts}: ports, protocols and the L7 rules that need them. */
final class PortParser {
  private static final int MAX_PORTS = 40;
  private static final int MAX_PORT = 65_535;
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,4}");
  private static final Pattern PORT_NAME =
      Pattern.compile("(?=.{1,15}$)(?=.*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*");

  private final List<Warning> warnings;
  private final HttpParser http;

  PortParser(List<Warning> warnings) {
    this.warnings = warnings;
    this.http = new HttpParser(warnings);
  }

  /** Reads one element of {@code toPorts}. */
  Policy.PortRule rule(Located rule) throws RejectedException {
    rule.allow(
        Set.of("ports", "rules"),
        Set.of("terminatingTLS", "originatingTLS", "serverNames", "listener"));
    List<Ports> ports = new ArrayList<>();
    Located listed = rule.get("ports");
    if (listed != null) {
      List<Located> items = listed.items();
      if (items.size() > MAX_PORTS) {
        throw listed.reject(
            "at most " + MAX_PORTS + " ports are allowed, found " + items.size() + "; split it");
      }
      for (Located port : items) {
        ports.add(port(port));
      }
    }
    if (ports.isEmpty()) {
      warnings.add(rule.warning("names no port, so it allows nothing; list the ports"));
    }
    List<L7Rules.HttpRule> requests = List.of();
    Located l7 = rule.get("rules");
    if (l7 != null) {
      l7.allow(Set.of("http"), Set.of("kafka", "dns", "grpc", "l7proto", "l7"));
      Located listedRequests = l7.get("http");
      if (listedRequests != null) {
        requests = http.list(listedRequests);
      }
    }
    if (!requests.isEmpty() && listed != null) {
      checkSteerable(listed.items(), ports);
    }
    return new Policy.PortRule(
        rule.place(),
        List.copyOf(ports),
        requests.isEmpty() ? null : new L7Rules.Http(requests),
        List.of(),
        null);
  }

  private Ports port(Located item) throws RejectedException {
    item.allow(Set.of("port", "endPort", "protocol"), Set.of());
    Protocol protocol = Protocol.ANY;
    Located named = item.get("protocol");
    if (named != null) {
      protocol = protocol(named);
    }
    Located port = item.require("port");
    int first = number(port);
    Located end = item.get("endPort");
    int last = end == null ? 0 : end.number(0, MAX_PORT);
    if (end != null && last != 0) {
      if (first == 0) {
        throw end.reject("port \"0\" means every port and takes no endPort; begin at port \"1\"");
      }
      if (last < first) {
        throw end.reject("is smaller than port " + first + "; expected " + first + " to 65535");
      }
    }
    return new Ports(protocol, first, Math.max(first, last), "");
  }

  private static int number(Located port) throws RejectedException {
    String text = port.text();
    if (NUMBER.matcher(text).matches() && Integer.parseInt(text) <= MAX_PORT) {
      return Integer.parseInt(text);
    }
    if (PORT_NAME.matcher(text).matches()) {
      throw port.reject("the port name \"" + text + "\" is not supported yet; write its number");
    }
    throw port.reject("expected a port number from \"0\" to \"65535\", found \"" + text + "\"");
  }

  private Protocol protocol(Located field) throws RejectedException {
    String text = field.text();
    if (text.isEmpty()) {
      return Protocol.ANY;
    }
    String upper = text.toUpperCase(Locale.ROOT);
    for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.ANY)) {
      if (protocol.name().equals(upper)) {
        if (!upper.equals(text)) {
          warnings.add(
              field.warning("is taken as " + upper + "; an API server accepts only upper case"));
        }
        return protocol;
      }
    }
    throw field.reject("expected TCP, UDP, SCTP or ANY, found \"" + text + "\"");
  }

  /** One port that can't carry the protocol spoils the whole rule, as in the language. */
  private static void checkSteerable(List<Located> items, List<Ports> ports)
      throws RejectedException {
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).protocol() != Protocol.TCP) {
        throw items.get(i).reject("HTTP rules need protocol TCP, found " + ports.get(i).protocol());
      }
      if (ports.get(i).first() == 0) {
        throw items.get(i).reject("HTTP rules need a port, and \"0\" means every port");
      }
    }
  }
}
