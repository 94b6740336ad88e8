package io.sluice.xds.crd;

import io.sluice.xds.source.Manifest;

/** What an object is to Sluice. Whatever could be meant as a policy is never just ignored. */
enum Kind {
  POD,
  NODE,
  NAMESPACE,
  POLICY,
  CLUSTERWIDE_POLICY,
  /** Someone means a policy, or a part of one, by it. */
  UNSUPPORTED,
  /** No decision depends on it. */
  IRRELEVANT;

  static final String SUPPORTED_POLICIES =
      "CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy of cilium.io/v2";

  static Kind of(Manifest manifest) {
    boolean cilium = manifest.apiVersion().equals("cilium.io/v2");
    boolean core = manifest.apiVersion().equals("v1");
    return switch (manifest.kind()) {
      case "Pod" -> core ? POD : UNSUPPORTED;
      case "Node" -> core ? NODE : UNSUPPORTED;
      case "Namespace" -> core ? NAMESPACE : UNSUPPORTED;
      case "CiliumNetworkPolicy" -> cilium ? POLICY : UNSUPPORTED;
      case "CiliumClusterwideNetworkPolicy" -> cilium ? CLUSTERWIDE_POLICY : UNSUPPORTED;
      default -> {
        boolean policy =
            manifest.kind().endsWith("NetworkPolicy")
                || manifest.kind().startsWith("Cilium")
                || manifest.apiVersion().startsWith("cilium.io/");
        yield policy ? UNSUPPORTED : IRRELEVANT;
      }
    };
  }

  /** The namespace that an object of this kind is in; a namespaced one is in {@code default}. */
  String namespace(Manifest manifest) {
    return switch (this) {
      case POD, POLICY -> manifest.namespace().isEmpty() ? "default" : manifest.namespace();
      case NODE, NAMESPACE, CLUSTERWIDE_POLICY -> "";
      case UNSUPPORTED, IRRELEVANT -> manifest.namespace();
    };
  }
}
