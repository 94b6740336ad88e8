package io.sluice.xds.crd.cluster;

import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.crd.read.Annotations;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Pod.NamedPort;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Policy.Protocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the few fields of a pod that decisions depend on. Fields that no decision depends on are
 * not looked at: pods are written for Kubernetes, not for Sluice.
 */
public final class PodParser {
  private static final int MAX_PORT = 65_535;

  /** What the kernel accepts as the name of an interface. */
  private static final Pattern INTERFACE = Pattern.compile("(?!\\.{1,2}$)[!-.0-9;-~]{1,15}");

  private PodParser() {}

  /** Reads a pod, or returns null if it has ended and its addresses may be another's by now. */
  public static @Nullable Pod pod(Located object) throws RejectedException {
    Manifest manifest = object.manifest();
    Located spec = object.get("spec");
    Located status = object.get("status");
    String phase = status == null ? "" : status.text("phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return null;
    }
    Located hostNetwork = spec == null ? null : spec.get("hostNetwork");
    boolean onHost = hostNetwork != null && hostNetwork.bool();
    String hostInterface = hostInterface(object);
    if (onHost && !hostInterface.isEmpty()) {
      object.warn(
          "shares the node's network, so it has no interface of its own and is not enforced;"
              + " remove the annotation "
              + Annotations.INTERFACE);
      hostInterface = "";
    }
    String account = spec == null ? "" : spec.text("serviceAccountName");
    return new Pod(
        manifest.namespace(),
        manifest.name(),
        manifest.source(),
        spec == null ? "" : spec.text("nodeName"),
        hostInterface,
        onHost,
        status == null ? List.of() : addresses(status),
        spec == null ? List.of() : namedPorts(spec),
        account.isEmpty() ? "default" : account,
        labels(object),
        Annotations.auditedIfClear(object));
  }

  private static SortedMap<String, String> labels(Located object) throws RejectedException {
    SortedMap<String, String> labels = ObjectLabels.of(object);
    for (String key : labels.keySet()) {
      if (PodLabels.derived(key)) {
        object.warn("its own label " + key + " is ignored: Kubernetes says what it is");
      }
    }
    return labels;
  }

  private static String hostInterface(Located object) throws RejectedException {
    Located annotation = Annotations.find(object, Annotations.INTERFACE);
    if (annotation == null) {
      return "";
    }
    String name = annotation.text();
    if (!INTERFACE.matcher(name).matches()) {
      throw annotation.reject(
          "expected the name of the pod's host-side interface, 1 to 15 characters without space,"
              + " '/' or ':', found \""
              + name
              + "\"");
    }
    return name;
  }

  private static List<InetAddress> addresses(Located status) throws RejectedException {
    List<InetAddress> addresses = new ArrayList<>();
    Located many = status.get("podIPs");
    Located one = status.get("podIP");
    if (many != null && !many.items().isEmpty()) {
      for (Located each : many.items()) {
        addresses.add(Addresses.unicast(each.require("ip")));
      }
      long v4 = addresses.stream().filter(Inet4Address.class::isInstance).count();
      if (v4 > 1 || addresses.size() - v4 > 1) {
        throw many.reject("expected at most one IPv4 and one IPv6 address");
      }
    } else if (one != null && !one.text().isEmpty()) {
      addresses.add(Addresses.unicast(one));
    }
    return List.copyOf(addresses);
  }

  private static List<NamedPort> namedPorts(Located spec) throws RejectedException {
    List<NamedPort> named = new ArrayList<>();
    Located containers = spec.get("containers");
    if (containers == null) {
      return List.of();
    }
    for (Located container : containers.items()) {
      Located ports = container.get("ports");
      for (Located port : ports == null ? List.<Located>of() : ports.items()) {
        String name = port.text("name").toLowerCase(Locale.ROOT);
        if (!name.isEmpty()) {
          int number = port.require("containerPort").number(1, MAX_PORT);
          named.add(new NamedPort(name, protocol(port), number));
        }
      }
    }
    return List.copyOf(named);
  }

  /** Reads the {@code protocol} of a port that Kubernetes describes; by default TCP. */
  static Protocol protocol(Located port) throws RejectedException {
    String protocol = port.text("protocol");
    return switch (protocol) {
      case "", "TCP" -> Protocol.TCP;
      case "UDP" -> Protocol.UDP;
      case "SCTP" -> Protocol.SCTP;
      default ->
          throw port.require("protocol")
              .reject("expected TCP, UDP or SCTP, found \"" + protocol + "\"");
    };
  }
}
