package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.L7Rules.GrpcRule;
import io.sluice.xds.world.L7Rules.Header;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the elements of {@code rules.grpc}. */
final class GrpcParser {
  private static final int MAX_LENGTH = 1_024;
  private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_.]*\\*?");
  private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9_]*\\*?");

  private final HeaderParser headers;
  private final Bounds bounds;

  GrpcParser(HeaderParser headers, Bounds bounds) {
    this.headers = headers;
    this.bounds = bounds;
  }

  /** Reads one; a field that is absent or empty means any. */
  GrpcRule rule(Located rule) throws RejectedException {
    bounds.addL7Rule(rule);
    rule.allow(Set.of("service", "method", "headers"));
    String service =
        rule.read("service", field -> name(field, SERVICE, "letters, digits, _ and ."));
    String method = rule.read("method", field -> name(field, METHOD, "letters, digits and _"));
    if (service != null && service.indexOf('.') < 0 && !service.endsWith("*")) {
      rule.require("service")
          .warn(
              "has no package, and a call names its service with it; write package."
                  + service
                  + " unless the service has none");
    }
    List<Header> required = rule.each("headers", headers::header);
    return new GrpcRule(rule.place(), any(service), any(method), required);
  }

  private static @Nullable String any(@Nullable String name) {
    return name == null || name.isEmpty() ? null : name;
  }

  private static String name(Located field, Pattern grammar, String letters)
      throws RejectedException {
    String text = field.text();
    if (text.length() > MAX_LENGTH || !grammar.matcher(text).matches()) {
      throw field.reject(
          "expected a name of "
              + letters
              + ", or the beginning of one followed by a single *, found \""
              + text
              + "\"");
    }
    return text;
  }
}
