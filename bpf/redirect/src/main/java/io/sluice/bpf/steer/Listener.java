package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.Libc;

/** The transparent sockets that the programs hand connections and datagrams to. */
public enum Listener {
  /** Connections that enter a pod, IPv4. */
  INGRESS_V4(0, false, false),
  /** Connections that enter a pod, IPv6. */
  INGRESS_V6(1, false, false),
  /** Connections that leave a pod, IPv4. */
  EGRESS_V4(2, true, false),
  /** Connections that leave a pod, IPv6. */
  EGRESS_V6(3, true, false),
  /** Datagrams of UDP that leave a pod, IPv4. */
  EGRESS_UDP_V4(6, true, true),
  /** Datagrams of UDP that leave a pod, IPv6. */
  EGRESS_UDP_V6(7, true, true);

  private final int slot;
  private final boolean egress;
  private final boolean datagrams;

  Listener(int slot, boolean egress, boolean datagrams) {
    this.slot = slot;
    this.egress = egress;
    this.datagrams = datagrams;
  }

  /** Where the programs look for it. */
  int slot() {
    return slot;
  }

  /** Whether it is a UDP socket; else it listens for TCP. */
  public boolean datagrams() {
    return datagrams;
  }

  /** Whether what it gets leaves a pod. */
  public boolean egress() {
    return egress;
  }

  /** Its family. */
  public boolean ipv6() {
    return (slot & 1) == 1;
  }

  /**
   * Marks a socket, and so those that it accepts, as this one's.
   *
   * @throws DatapathException if it is of another kind
   */
  public void claim(int socketFd) throws DatapathException {
    try {
      boolean fits = datagrams ? Libc.isDatagram(socketFd) : Libc.isListening(socketFd);
      if (!fits) {
        throw new DatapathException(
            "listener "
                + this
                + ": descriptor "
                + socketFd
                + " (expected: a "
                + (datagrams ? "UDP" : "listening")
                + " socket)");
      }
      Libc.setMark(socketFd, egress ? Marks.ANSWER_EGRESS : Marks.ANSWER_INGRESS);
    } catch (BpfException failed) {
      throw new DatapathException("listener " + this + ": " + failed.getMessage(), failed);
    }
  }
}
