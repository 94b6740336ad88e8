package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Policy.PortRule;
import io.sluice.xds.world.Policy.Ports;
import io.sluice.xds.world.Policy.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the elements of {@code icmps} (policy language, 1.9). */
final class IcmpParser {
  private static final int MAX_FIELDS = 40;
  private static final int MAX_TYPE = 255;

  private static final Map<String, Integer> V4 =
      Map.ofEntries(
          Map.entry("EchoReply", 0),
          Map.entry("DestinationUnreachable", 3),
          Map.entry("Redirect", 5),
          Map.entry("Echo", 8),
          Map.entry("EchoRequest", 8),
          Map.entry("RouterAdvertisement", 9),
          Map.entry("RouterSelection", 10),
          Map.entry("TimeExceeded", 11),
          Map.entry("ParameterProblem", 12),
          Map.entry("Timestamp", 13),
          Map.entry("TimestampReply", 14),
          Map.entry("Photuris", 40),
          Map.entry("ExtendedEchoRequest", 42),
          Map.entry("ExtendedEchoReply", 43));

  private static final Map<String, Integer> V6 =
      Map.ofEntries(
          Map.entry("DestinationUnreachable", 1),
          Map.entry("PacketTooBig", 2),
          Map.entry("TimeExceeded", 3),
          Map.entry("ParameterProblem", 4),
          Map.entry("EchoRequest", 128),
          Map.entry("EchoReply", 129),
          Map.entry("MulticastListenerQuery", 130),
          Map.entry("MulticastListenerReport", 131),
          Map.entry("MulticastListenerDone", 132),
          Map.entry("RouterSolicitation", 133),
          Map.entry("RouterAdvertisement", 134),
          Map.entry("NeighborSolicitation", 135),
          Map.entry("NeighborAdvertisement", 136),
          Map.entry("RedirectMessage", 137),
          Map.entry("RouterRenumbering", 138),
          Map.entry("ICMPNodeInformationQuery", 139),
          Map.entry("ICMPNodeInformationResponse", 140),
          Map.entry("InverseNeighborDiscoverySolicitation", 141),
          Map.entry("InverseNeighborDiscoveryAdvertisement", 142),
          Map.entry("HomeAgentAddressDiscoveryRequest", 144),
          Map.entry("HomeAgentAddressDiscoveryReply", 145),
          Map.entry("MobilePrefixSolicitation", 146),
          Map.entry("MobilePrefixAdvertisement", 147),
          Map.entry("DuplicateAddressRequestCodeSuffix", 157),
          Map.entry("DuplicateAddressConfirmationCodeSuffix", 158),
          Map.entry("ExtendedEchoRequest", 160),
          Map.entry("ExtendedEchoReply", 161));

  private IcmpParser() {}

  /** Reads one element; it stands for its types. */
  static PortRule rule(Located rule) throws RejectedException {
    rule.allow(Set.of("fields"));
    Located fields = rule.get("fields");
    List<Ports> types = List.of();
    if (fields != null) {
      List<Located> listed = fields.items();
      if (listed.size() > MAX_FIELDS) {
        throw fields.reject(
            "at most " + MAX_FIELDS + " types are allowed, found " + listed.size() + "; split it");
      }
      types = fields.each(IcmpParser::type);
    }
    if (types.isEmpty()) {
      rule.warn("names no ICMP type, so it means no packet at all; list the types in fields");
    }
    return new PortRule(rule.place(), types, null, List.of(), null);
  }

  private static Ports type(Located field) throws RejectedException {
    field.allow(Set.of("family", "type"));
    String family = field.text("family");
    boolean v6 = family.equals("IPv6");
    if (!v6 && !family.isEmpty() && !family.equals("IPv4")) {
      throw field.require("family").reject("expected IPv4 or IPv6, found \"" + family + "\"");
    }
    Located type = field.require("type");
    int number = number(type, v6 ? V6 : V4, v6 ? "IPv6" : "IPv4");
    if (number == 0 && !v6) {
      type.warn(
          "means echo replies alone; Cilium takes type 0 for every ICMP type. Leave out icmps and"
              + " toPorts to mean every packet");
    }
    return new Ports(v6 ? Protocol.ICMPV6 : Protocol.ICMP, number, number, "");
  }

  private static int number(Located type, Map<String, Integer> names, String family)
      throws RejectedException {
    if (type.isNumber()) {
      return type.number(0, MAX_TYPE);
    }
    String text = type.text();
    if (text.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(text) <= MAX_TYPE) {
      return Integer.parseInt(text);
    }
    Integer named = names.get(text);
    if (named == null) {
      throw type.reject(
          "expected a number from 0 to 255 or the name of an ICMP type of "
              + family
              + " such as EchoRequest, found \""
              + text
              + "\"");
    }
    return named;
  }
}
