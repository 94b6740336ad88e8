package io.sluice.bpf.steer;

import io.sluice.bpf.attach.Chain;
import io.sluice.bpf.attach.Hook;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.TcHook;
import io.sluice.bpf.libbpf.TcHook.Point;
import java.util.List;
import java.util.Locale;

/**
 * Where each program hangs, and how all of them are taken off an interface without a trace.
 *
 * @param ledger remembers which clsacts are ours
 * @param chain how they are attached
 */
record Hooks(Ledger ledger, Chain chain) {
  /** All of them use it, and nobody else does. */
  private static final String MAP = "listeners";

  static final Hook FROM_POD = new Hook("from_pod", Point.INGRESS, MAP);
  static final Hook TO_POD = new Hook("to_pod", Point.EGRESS, MAP);
  static final Hook INTO_PROXY = new Hook("into_proxy", Point.INGRESS, MAP);

  private static final List<Hook> OF_A_POD = List.of(TO_POD, FROM_POD);
  private static final List<Hook> ALL = List.of(FROM_POD, TO_POD, INTO_PROXY);

  /** Attaches the programs of a pod to its host-side interface. */
  void attachPod(int ifindex, String name, Programs programs)
      throws BpfException, DatapathException {
    // What enters is hooked first: a connection that is steered only half would be answered to
    // nobody.
    for (Hook hook : OF_A_POD) {
      attach(hook, ifindex, programs);
    }
    dropUnneeded(ifindex, name);
  }

  /** Attaches the program of our own device. */
  void attachInto(int ifindex, String name, Programs programs)
      throws BpfException, DatapathException {
    attach(INTO_PROXY, ifindex, programs);
    dropUnneeded(ifindex, name);
  }

  /** Says which programs of others packets of a pod meet before ours; empty if none. */
  static String overtakers(int ifindex, String name) throws BpfException {
    StringBuilder found = new StringBuilder();
    for (Hook hook : OF_A_POD) {
      for (String other : hook.precedents(ifindex)) {
        found
            .append(found.isEmpty() ? "" : ", ")
            .append(other)
            .append(" at tc ")
            .append(hook.point().name().toLowerCase(Locale.ROOT));
      }
    }
    return found.isEmpty()
        ? ""
        : "programs of others run before ours on "
            + name
            + ", which does not see what they take or let pass: "
            + found
            + " (expected: attached behind ours)";
  }

  /**
   * Removes our programs from an interface, and the clsact if we made it and nobody else uses it.
   */
  void detachAll(int ifindex, String name) throws BpfException, DatapathException {
    for (Hook hook : ALL) {
      hook.detach(ifindex);
    }
    removeClsact(ifindex, name);
  }

  private void attach(Hook hook, int ifindex, Programs programs)
      throws BpfException, DatapathException {
    if (hook.attach(ifindex, programs.of(hook), chain)) {
      ledger.keepHook(ifindex);
    }
  }

  /** An earlier agent, or one on an earlier kernel, may have made a clsact. */
  private void dropUnneeded(int ifindex, String name) throws BpfException, DatapathException {
    if (chain == Chain.TCX) {
      removeClsact(ifindex, name);
    }
  }

  private void removeClsact(int ifindex, String name) throws BpfException, DatapathException {
    if (ledger.ownsHook(ifindex)) {
      // Only an interface of the very name that we just listed can be asked about; else it is gone.
      if (Libc.interfaceIndex(name) == ifindex && isUnused(name)) {
        new TcHook(ifindex, Point.INGRESS).destroyBoth();
      }
      ledger.forgetHook(ifindex);
    }
  }

  private static boolean isUnused(String name) throws DatapathException {
    return Command.require("tc", "filter", "show", "dev", name, "ingress").isBlank()
        && Command.require("tc", "filter", "show", "dev", name, "egress").isBlank();
  }
}
