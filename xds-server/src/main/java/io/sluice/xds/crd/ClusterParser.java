package io.sluice.xds.crd;

import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Namespace;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.PodLabels;
import io.sluice.xds.world.Warning;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the few fields of pods, nodes and namespaces that decisions depend on. Fields that no
 * decision depends on are not looked at: these objects are written by Kubernetes, not for Sluice.
 */
final class ClusterParser {
  /** What the kernel accepts as the name of an interface. */
  private static final Pattern INTERFACE = Pattern.compile("(?!\\.{1,2}$)[!-.0-9;-~]{1,15}");

  private ClusterParser() {}

  /** Reads a pod, or returns null if it has ended and its addresses may be another's by now. */
  static @Nullable Pod pod(Manifest manifest, List<Warning> warnings) throws RejectedException {
    Located object = Located.object(manifest);
    Located spec = object.get("spec");
    Located status = object.get("status");
    Located phase = status == null ? null : status.get("phase");
    if (phase != null && (phase.text().equals("Succeeded") || phase.text().equals("Failed"))) {
      return null;
    }
    Located hostNetwork = spec == null ? null : spec.get("hostNetwork");
    Located account = spec == null ? null : spec.get("serviceAccountName");
    boolean onHost = hostNetwork != null && hostNetwork.bool();
    String hostInterface = hostInterface(object);
    if (onHost && !hostInterface.isEmpty()) {
      warnings.add(
          object.warning(
              "shares the node's network, so it has no interface of its own and is not enforced;"
                  + " remove the annotation "
                  + Annotations.INTERFACE));
      hostInterface = "";
    }
    warnAudit(object, warnings);
    SortedMap<String, String> labels = labels(object);
    for (String key : labels.keySet()) {
      if (PodLabels.derived(key)) {
        warnings.add(
            object.warning("its own label " + key + " is ignored: Kubernetes says what it is"));
      }
    }
    return new Pod(
        manifest.namespace(),
        manifest.name(),
        manifest.source(),
        "",
        hostInterface,
        onHost,
        status == null ? List.of() : podAddresses(status),
        List.of(),
        account == null || account.text().isEmpty() ? "default" : account.text(),
        labels,
        false);
  }

  /** Reads a node. */
  static Node node(Manifest manifest) throws RejectedException {
    List<InetAddress> addresses = new ArrayList<>();
    Located status = Located.object(manifest).get("status");
    Located listed = status == null ? null : status.get("addresses");
    if (listed != null) {
      for (Located each : listed.items()) {
        if (each.require("type").text().endsWith("IP")) {
          addresses.add(address(each.require("address")));
        }
      }
    }
    return new Node(
        manifest.name(),
        manifest.source(),
        labels(Located.object(manifest)),
        addresses.stream().distinct().toList());
  }

  /** Reads the labels of a namespace. */
  static Namespace namespace(Manifest manifest, List<Warning> warnings) throws RejectedException {
    Located object = Located.object(manifest);
    warnAudit(object, warnings);
    return new Namespace(manifest.name(), labels(object), false);
  }

  private static SortedMap<String, String> labels(Located object) throws RejectedException {
    Located labels = object.require("metadata").get("labels");
    return labels == null ? new TreeMap<>() : labels.texts();
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

  private static void warnAudit(Located object, List<Warning> warnings) throws RejectedException {
    Located audit = Annotations.find(object, Annotations.AUDIT);
    if (audit != null && !audit.text().equals("false")) {
      warnings.add(audit.warning("audit is not supported yet: its policies are enforced"));
    }
  }

  private static List<InetAddress> podAddresses(Located status) throws RejectedException {
    List<InetAddress> addresses = new ArrayList<>();
    Located many = status.get("podIPs");
    Located one = status.get("podIP");
    if (many != null && !many.items().isEmpty()) {
      for (Located each : many.items()) {
        addresses.add(address(each.require("ip")));
      }
      long v4 = addresses.stream().filter(Inet4Address.class::isInstance).count();
      if (v4 > 1 || addresses.size() - v4 > 1) {
        throw many.reject("expected at most one IPv4 and one IPv6 address");
      }
    } else if (one != null && !one.text().isEmpty()) {
      addresses.add(address(one));
    }
    return List.copyOf(addresses);
  }

  private static InetAddress address(Located field) throws RejectedException {
    String text = field.text();
    InetAddress address;
    try {
      address = text.contains(":") ? Inet6Address.ofLiteral(text) : Inet4Address.ofLiteral(text);
    } catch (IllegalArgumentException notAnAddress) {
      throw field.reject("expected an IP address, found \"" + text + "\"");
    }
    // Short forms (10.1), zones (fe80::1%eth0), brackets and IPv4 inside IPv6 have a second reading
    // somewhere.
    boolean plain =
        address instanceof Inet4Address
            ? address.getHostAddress().equals(text)
            : text.contains(":") && text.chars().noneMatch(c -> "%.[".indexOf(c) >= 0);
    if (!plain
        || (text.contains(":") && address instanceof Inet4Address)
        || address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isMulticastAddress()) {
      throw field.reject("expected a plain unicast IP address, found \"" + text + "\"");
    }
    return address;
  }
}
