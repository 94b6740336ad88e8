package io.sluice.proxy.spi;

import java.util.Locale;

/** Why a whole connection was refused; also the value of the metric label {@code reason}. */
public enum Refusal {
  /** Nobody steered it: it came straight to the listener's own address. */
  NOT_STEERED("it was not steered"),
  /** No local endpoint has the address whose policy would be enforced. */
  UNKNOWN_ENDPOINT("no local endpoint has the address"),
  /** The endpoint has as many connections in this direction as one endpoint may have. */
  ENDPOINT_LIMIT("the endpoint has too many connections"),
  /** The proxy has as many connections as it may have. */
  TOTAL_LIMIT("the proxy has too many connections"),
  /** The agent is stopping. */
  STOPPING("the agent is stopping"),
  /** The policy does not allow the peer to connect. */
  POLICY("the policy does not allow it"),
  /** Memory was scarce, and it kept bytes without moving. */
  MEMORY("memory is scarce and it did not move"),
  /** The first bytes are of a protocol that the port's filter can't judge. */
  PROTOCOL("the port's rules are for another protocol");

  private final String explanation;

  Refusal(String explanation) {
    this.explanation = explanation;
  }

  /** For people, one sentence without a full stop. */
  public String explanation() {
    return explanation;
  }

  /** The name in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
