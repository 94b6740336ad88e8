package io.sluice.bpf.steer;

import io.sluice.bpf.attach.Filter;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.libbpf.TcHook;
import io.sluice.bpf.libbpf.TcHook.Point;
import java.util.List;

/** Where each program hangs, and how all of them are taken off an interface without a trace. */
final class Hooks {
  static final Filter FROM_POD = new Filter("from_pod", Point.INGRESS);
  static final Filter TO_POD = new Filter("to_pod", Point.EGRESS);
  static final Filter INTO_PROXY = new Filter("into_proxy", Point.INGRESS);

  private static final List<Filter> ALL = List.of(FROM_POD, TO_POD, INTO_PROXY);

  private Hooks() {}

  /** Attaches the programs of a pod to its host-side interface. */
  static void attachPod(int ifindex, Programs programs, Ledger ledger)
      throws BpfException, DatapathException {
    // What enters is hooked first: a connection that is steered only half would be answered to
    // nobody.
    attach(TO_POD, ifindex, programs, ledger);
    attach(FROM_POD, ifindex, programs, ledger);
  }

  /** Attaches the program of our own device. */
  static void attachInto(int ifindex, Programs programs, Ledger ledger)
      throws BpfException, DatapathException {
    attach(INTO_PROXY, ifindex, programs, ledger);
  }

  /**
   * Removes our programs from an interface, and the clsact if we made it and nobody else uses it.
   */
  static void detachAll(int ifindex, String name, Ledger ledger)
      throws BpfException, DatapathException {
    for (Filter filter : ALL) {
      filter.detach(ifindex);
    }
    if (ledger.ownsHook(ifindex)) {
      // Only an interface of the very name that we just listed can be asked about; else it is gone.
      if (Libc.interfaceIndex(name) == ifindex && isUnused(name)) {
        new TcHook(ifindex, Point.INGRESS).destroyBoth();
      }
      ledger.forgetHook(ifindex);
    }
  }

  private static void attach(Filter filter, int ifindex, Programs programs, Ledger ledger)
      throws BpfException, DatapathException {
    if (filter.attach(ifindex, programs.of(filter))) {
      ledger.keepHook(ifindex);
    }
  }

  private static boolean isUnused(String name) throws DatapathException {
    return Command.require("tc", "filter", "show", "dev", name, "ingress").isBlank()
        && Command.require("tc", "filter", "show", "dev", name, "egress").isBlank();
  }
}
