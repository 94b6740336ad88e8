package io.sluice.app.judge;

/** Where a verdict was reached. */
public enum Layer {
  /** By addresses, protocols and ports. */
  L3L4,
  /** By what is said on the connection, its server name included. */
  L7
}
