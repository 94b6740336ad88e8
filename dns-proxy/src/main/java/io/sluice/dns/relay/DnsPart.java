package io.sluice.dns.relay;

import java.util.Locale;

/** A part of the time that a query takes; also the value of the metric label {@code part}. */
public enum DnsPart {
  /** From its arrival until it is judged. */
  POLICY,
  /** From then until its server has answered, or is waited for no longer. */
  UPSTREAM,
  /** From an answer with addresses until these are in force, or are waited for no longer. */
  DATAPATH,
  /** From its arrival until the client is given an answer. */
  TOTAL;

  /** The name in metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
