package io.sluice.app.naive;

import java.util.Locale;
import java.util.Map;

/**
 * A question as one of its ends sees it.
 *
 * @param endpoint the end whose policies are asked
 * @param ingress whether the connection reaches it
 * @param question in the form of a policy test's case
 */
record Asked(Party endpoint, Party remote, boolean ingress, Map<String, Object> question) {

  /** The same endpoint's other direction. */
  Asked turned() {
    return new Asked(endpoint, remote, !ingress, question);
  }

  String protocol() {
    if (question.containsKey("icmp")) {
      return Yaml.text(question, "icmp", "family").equals("IPv6") ? "ICMPv6" : "ICMP";
    }
    return Yaml.text(question, "port").split("/", 2)[1].toUpperCase(Locale.ROOT);
  }

  /** The port, or the type of an ICMP message. */
  int port() {
    return question.containsKey("icmp")
        ? Integer.parseInt(Yaml.text(question, "icmp", "type"))
        : Integer.parseInt(Yaml.text(question, "port").split("/", 2)[0]);
  }
}
