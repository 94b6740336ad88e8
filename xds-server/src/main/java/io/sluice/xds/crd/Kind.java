package io.sluice.xds.crd;

import io.sluice.xds.source.Manifest;

/** What an object is to Sluice. Whatever could be meant as a policy is never just ignored. */
enum Kind {
  POD(true),
  NODE(false),
  NAMESPACE(false),
  SERVICE(true),
  ENDPOINT_SLICE(true),
  CIDR_GROUP(false),
  POLICY(true),
  CLUSTERWIDE_POLICY(false),
  NETWORK_POLICY(true),
  /** Someone means a policy, or a part of one, by it. */
  UNSUPPORTED(false),
  /** No decision depends on it. */
  IRRELEVANT(false);

  static final String SUPPORTED_POLICIES =
      "CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy of cilium.io/v2, CiliumCIDRGroup of"
          + " cilium.io/v2 or v2alpha1, or NetworkPolicy of networking.k8s.io/v1";

  private final boolean namespaced;

  Kind(boolean namespaced) {
    this.namespaced = namespaced;
  }

  static Kind of(Manifest manifest) {
    String version = manifest.apiVersion();
    boolean cilium = version.equals("cilium.io/v2");
    boolean core = version.equals("v1");
    return switch (manifest.kind()) {
      case "Pod" -> core ? POD : UNSUPPORTED;
      case "Node" -> core ? NODE : UNSUPPORTED;
      case "Namespace" -> core ? NAMESPACE : UNSUPPORTED;
      case "Service" -> core ? SERVICE : IRRELEVANT;
      case "EndpointSlice" -> version.equals("discovery.k8s.io/v1") ? ENDPOINT_SLICE : IRRELEVANT;
      case "CiliumNetworkPolicy" -> cilium ? POLICY : UNSUPPORTED;
      case "CiliumClusterwideNetworkPolicy" -> cilium ? CLUSTERWIDE_POLICY : UNSUPPORTED;
      case "CiliumCIDRGroup" ->
          cilium || version.equals("cilium.io/v2alpha1") ? CIDR_GROUP : UNSUPPORTED;
      case "NetworkPolicy" -> version.equals("networking.k8s.io/v1") ? NETWORK_POLICY : UNSUPPORTED;
      default -> {
        boolean policy =
            manifest.kind().endsWith("NetworkPolicy")
                || manifest.kind().startsWith("Cilium")
                || version.startsWith("cilium.io/");
        yield policy ? UNSUPPORTED : IRRELEVANT;
      }
    };
  }

  /** The namespace that an object of this kind is in; a namespaced one is in {@code default}. */
  String namespace(Manifest manifest) {
    if (this == UNSUPPORTED || this == IRRELEVANT) {
      return manifest.namespace();
    }
    if (!namespaced) {
      return "";
    }
    return manifest.namespace().isEmpty() ? "default" : manifest.namespace();
  }
}
