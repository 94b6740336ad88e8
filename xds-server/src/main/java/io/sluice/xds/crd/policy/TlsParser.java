package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Policy.Tls;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a rule asks of TLS: server names and certificates (policy language, 1.10). */
final class TlsParser {
  private static final int MAX_SERVER_NAMES = 1_000;

  private final String namespace;

  /**
   * Makes one for the rules of one object.
   *
   * @param namespace the object's namespace; empty for cluster-wide objects
   */
  TlsParser(String namespace) {
    this.namespace = namespace;
  }

  /** Reads {@code serverNames}. */
  List<String> serverNames(Located rule) throws RejectedException {
    Located listed = rule.get("serverNames");
    if (listed == null) {
      return List.of();
    }
    if (listed.items(MAX_SERVER_NAMES).isEmpty()) {
      listed.warn(
          "an empty list asks for nothing, so every connection is meant; an API server does not"
              + " accept it. Name the servers, or remove it");
    }
    return listed.each(Names::serverName).stream().distinct().toList();
  }

  /** Reads {@code terminatingTLS} and {@code originatingTLS}; null if there is neither. */
  @Nullable Tls contexts(Located rule) throws RejectedException {
    String terminating = rule.read("terminatingTLS", this::context);
    String originating = rule.read("originatingTLS", this::context);
    if (terminating == null && originating == null) {
      return null;
    }
    return new Tls(terminating == null ? "" : terminating, originating == null ? "" : originating);
  }

  private String context(Located context) throws RejectedException {
    context.allow(Set.of("secret", "trustedCA", "certificate", "privateKey"));
    for (String key : List.of("trustedCA", "certificate", "privateKey")) {
      context.text(key);
    }
    context.warn(
        "TLS is not terminated yet, so connections to these ports are refused; remove it to have"
            + " them passed on as they are");
    return secret(context.require("secret"));
  }

  /** Reads the name of a secret: {@code namespace/name}, by default in the object's namespace. */
  String secret(Located secret) throws RejectedException {
    secret.allow(Set.of("namespace", "name"));
    String name = secret.text("name");
    if (name.isEmpty()) {
      throw secret.reject("needs the field name");
    }
    String written = secret.text("namespace");
    if (!written.isEmpty()) {
      return written + "/" + name;
    }
    return (namespace.isEmpty() ? "default" : namespace) + "/" + name;
  }
}
