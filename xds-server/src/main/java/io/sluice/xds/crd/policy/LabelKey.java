package io.sluice.xds.crd.policy;

import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.world.Label;
import io.sluice.xds.world.Requirement;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The key of a selector, apart from the source that may stand before it (policy language, 2.2).
 *
 * @param source {@code any} if none is written
 * @param key a valid key of a label of that source; never split at dots
 */
record LabelKey(String source, String key) {
  private static final String RESERVED_DOT = Label.RESERVED + ".";
  private static final int MAX_SUBDOMAIN = 253;
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_]{0,62})");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*");

  /** Makes keys of the ways in which a kind of selector writes them. */
  @FunctionalInterface
  interface Grammar {
    /** Reads one, or rejects the field where it stands. */
    LabelKey parse(Located at, String written) throws RejectedException;
  }

  /** Reads a key with an optional source, as selectors of endpoints have them. */
  static LabelKey sourced(Located at, String written) throws RejectedException {
    String source = Requirement.ANY_SOURCE;
    String key = written;
    int colon = written.indexOf(':');
    if (colon >= 0) {
      source = written.substring(0, colon);
      key = written.substring(colon + 1);
    } else if (written.startsWith(RESERVED_DOT)) {
      source = Label.RESERVED;
      key = written.substring(RESERVED_DOT.length());
    } else if (written.startsWith("$")) {
      source = Label.RESERVED;
      key = written.substring(1);
    }
    if (!SOURCE.matcher(source).matches()) {
      throw at.reject(
          "\"" + source + "\" is no label source: expected k8s, any or reserved before the colon");
    }
    if (source.equals(Label.CIDR)) {
      return new LabelKey(source, range(at, key));
    }
    check(at, key);
    return new LabelKey(source, key);
  }

  /** Brings a range into the one form that the labels of identities have. */
  private static String range(Located at, String written) throws RejectedException {
    String text = written.indexOf('.') < 0 ? written.replace('-', ':') : written;
    return Addresses.range(at, text).toString().replace(':', '-');
  }

  /** Reads a key whose source, if one is written, says nothing. */
  static LabelKey unsourced(Located at, String written) throws RejectedException {
    return new LabelKey(Requirement.ANY_SOURCE, sourced(at, written).key());
  }

  /** Reads the key of a label of a pod, as Kubernetes' own selectors have them. */
  static LabelKey ofPod(Located at, String written) throws RejectedException {
    check(at, written);
    return new LabelKey(Label.KUBERNETES, written);
  }

  /** Reads the key of a namespace's own label, as Kubernetes' own selectors have them. */
  static LabelKey ofNamespace(Located at, String written) throws RejectedException {
    check(at, written);
    return new LabelKey(Label.KUBERNETES, Label.NAMESPACE_LABELS + written);
  }

  /** Rejects what is not the value of any label. */
  static void checkValue(Located at, String value) throws RejectedException {
    if (!value.isEmpty() && !NAME.matcher(value).matches()) {
      throw at.reject(
          "\""
              + value
              + "\" is no label value: expected at most 63 letters, digits, '-', '_' and '.',"
              + " a letter or digit at both ends");
    }
  }

  private static void check(Located at, String key) throws RejectedException {
    int slash = key.indexOf('/');
    String prefix = slash < 0 ? "" : key.substring(0, slash);
    // The labels of namespaces carry their own prefix before that of the label, and its case.
    String domain =
        prefix.startsWith(Label.NAMESPACE_LABELS)
            ? prefix.substring(Label.NAMESPACE_LABELS.length()).toLowerCase(Locale.ROOT)
            : prefix;
    boolean prefixFine =
        slash < 0 || (domain.length() <= MAX_SUBDOMAIN && SUBDOMAIN.matcher(domain).matches());
    String name = slash < 0 ? withoutNamespaceLabels(key) : key.substring(slash + 1);
    if (!prefixFine || !NAME.matcher(name).matches()) {
      throw at.reject(
          "\""
              + key
              + "\" is no label key: expected [prefix/]name, the name at most 63 letters, digits,"
              + " '-', '_' and '.', the prefix a DNS subdomain");
    }
  }

  private static String withoutNamespaceLabels(String key) {
    return key.startsWith(Label.NAMESPACE_LABELS)
        ? key.substring(Label.NAMESPACE_LABELS.length())
        : key;
  }
}
