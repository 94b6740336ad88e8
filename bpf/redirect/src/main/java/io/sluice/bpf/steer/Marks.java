package io.sluice.bpf.steer;

/**
 * The marks that the programs, the routing rule and the proxy's sockets agree on; C twin: {@code
 * marks.h}.
 */
public final class Marks {
  /** The bits of a mark that are ours. */
  public static final int MASK = 0x0f00;

  /** On a packet for a socket of the proxy; the routing rule delivers it locally. */
  public static final int STEERED = 0x0200;

  /**
   * On what an ingress listener accepted: answers to the client. {@link Datapath#listen} sets it.
   */
  public static final int ANSWER_INGRESS = 0x0800;

  /** On what an egress listener accepted: answers to the pod. {@link Datapath#listen} sets it. */
  public static final int ANSWER_EGRESS = 0x0900;

  /** To be set on upstream sockets of connections judged at ingress: they may enter the pod. */
  public static final int UPSTREAM_INGRESS = 0x0a00;

  /**
   * To be set on upstream sockets of connections judged at egress: the pod they enter judges them.
   */
  public static final int UPSTREAM_EGRESS = 0x0b00;

  private Marks() {}
}
