package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.Libc;
import java.util.ArrayList;
import java.util.List;

/**
 * What delivers steered packets to sockets of this namespace: a rule and a route for each family,
 * and the private pair of devices that packets on their way into a pod take. Making and removing
 * are idempotent.
 */
public final class LocalDelivery {
  /** The end that is never sent through; it is there because a veth has two. */
  private static final String OUTER = "sluice0";

  /** The end whose ingress leads into the proxy. */
  static final String INNER = "sluice1";

  /** The dummy address of RFC 7600, which means nobody; scope host, so it is never a source. */
  private static final String DUMMY_ADDRESS = "192.0.0.8/32";

  private static final String TABLE = "2004";
  private static final String RULE_PRIORITY = "9";
  private static final String MARK =
      "0x" + Integer.toHexString(Marks.STEERED) + "/0x" + Integer.toHexString(Marks.MASK);

  private LocalDelivery() {}

  /**
   * Makes what is missing and returns the index of the device whose ingress leads into the proxy.
   */
  static int make() throws DatapathException {
    if (Libc.interfaceIndex(INNER) == 0) {
      Command.require("ip", "link", "add", OUTER, "type", "veth", "peer", "name", INNER);
    }
    for (String device : List.of(OUTER, INNER)) {
      // No link-local address and nothing said on the wire: nobody lives here.
      Command.require("ip", "link", "set", device, "addrgenmode", "none");
      Command.require("ip", "link", "set", device, "up");
    }
    // Clients are not behind this device, so their way back is another: only loose checking lets
    // them
    // in, and that only where the device has an address.
    Command.require("ip", "addr", "replace", DUMMY_ADDRESS, "dev", INNER, "scope", "host");
    Settings.write("ipv4/conf/" + INNER + "/rp_filter", "2");
    // The node's own answers to a connection that stands in for a pod come this way too.
    Settings.write("ipv4/conf/" + INNER + "/accept_local", "1");
    makeRoutes();
    int ifindex = Libc.interfaceIndex(INNER);
    if (ifindex == 0) {
      throw new DatapathException("the device " + INNER + " vanished while it was set up");
    }
    return ifindex;
  }

  /** Makes the rules and routes alone. */
  public static void makeRoutes() throws DatapathException {
    for (String family : families()) {
      Command.requireOr("File exists", rule(family, "add"));
      Command.require(route(family, "replace"));
    }
  }

  /** The index of the device whose ingress leads into the proxy, or 0. */
  static int device() {
    return Libc.interfaceIndex(INNER);
  }

  /** Removes all of it, also when only a part is there. */
  static void remove() throws DatapathException {
    if (Libc.interfaceIndex(INNER) != 0) {
      Command.requireOr("Cannot find device", "ip", "link", "del", INNER);
    }
    for (String family : families()) {
      Command.requireOr("No such", rule(family, "del"));
      Command.requireOr("No such", route(family, "del"));
    }
  }

  private static List<String> families() {
    List<String> families = new ArrayList<>(List.of("-4"));
    if (Settings.exists("ipv6")) {
      families.add("-6");
    }
    return families;
  }

  private static String[] rule(String family, String verb) {
    return new String[] {
      "ip", family, "rule", verb, "fwmark", MARK, "lookup", TABLE, "pref", RULE_PRIORITY
    };
  }

  private static String[] route(String family, String verb) {
    return new String[] {
      "ip", family, "route", verb, "local", "default", "dev", "lo", "table", TABLE
    };
  }
}
