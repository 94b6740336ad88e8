package io.sluice.dns.learn;

import java.util.Locale;

/** A bound on what is learned; also the value of the metric label {@code limit}. */
public enum Limit {
  /** On the addresses of one name of one endpoint. */
  NAME(
      "addresses of one name",
      "if they are still in use, raise dns.addressesPerName in the agent's --config"),
  /** On the names of one endpoint. */
  ENDPOINT(
      "names of one endpoint",
      "if they are still in use, raise dns.namesPerEndpoint in the agent's --config"),
  /** On the addresses of all names of all endpoints. */
  NODE(
      "addresses of the whole node",
      "lower dns.addressesPerName or dns.namesPerEndpoint in the agent's --config, so that no"
          + " endpoint takes the room of all");

  private final String what;
  private final String advice;

  Limit(String what, String advice) {
    this.what = what;
    this.advice = advice;
  }

  /** What it bounds, for people. */
  String what() {
    return what;
  }

  /** What to do about it, for people. */
  String advice() {
    return advice;
  }

  /** How much there is room for. */
  int of(LearnSettings settings) {
    return switch (this) {
      case NAME -> settings.addressesPerName();
      case ENDPOINT -> settings.namesPerEndpoint();
      case NODE -> settings.addresses();
    };
  }

  /** The name in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
