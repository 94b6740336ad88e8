package io.sluice.app.demo;

import io.sluice.app.lab.NetworkNamespace;
import java.util.List;

/**
 * One request that the demo makes, and what the policies say about it.
 *
 * @param client who asks, for the table
 * @param network where curl runs
 * @param source the address it connects from
 * @param server who is asked, for the table
 * @param destination the server's address
 * @param method the method
 * @param path path and query, sent as it is
 * @param headers header lines
 * @param expected what has to happen
 */
record Question(
    String client,
    NetworkNamespace network,
    String source,
    String server,
    String destination,
    String method,
    String path,
    List<String> headers,
    Expected expected) {

  /** What has to happen. */
  enum Expected {
    /** The proxy lets it pass and the server answers. */
    OK("200"),
    /** The same, though the audited policies would refuse it, and it is recorded so. */
    AUDITED("200"),
    /** The server answers and the proxy never sees it. */
    NOT_STEERED("200"),
    /** Denied by policy. */
    DENIED("403"),
    /** Denied, or refused because it has more than one reading. */
    REFUSED("403 or 400"),
    /** Not a byte comes back. */
    NOTHING("no answer");

    private final String text;

    Expected(String text) {
      this.text = text;
    }

    boolean holds(String happened) {
      return this == REFUSED
          ? happened.equals("403") || happened.equals("400")
          : happened.equals(text);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  boolean v6() {
    return destination.contains(":");
  }

  String url() {
    return "http://" + (v6() ? "[" + destination + "]" : destination) + path;
  }
}
