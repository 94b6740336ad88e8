package io.sluice.bpf.attach;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.TcxHook;

/**
 * The two ways in which a kernel runs programs where packets enter and leave an interface. Either
 * keeps them for as long as the interface is there, whoever put them, and replaces one without a
 * gap. All programs of {@link #TCX} run before all of {@link #CLSACT}.
 */
public enum Chain {
  /** The ordered list that an interface has since Linux 6.6; ours is put first. */
  TCX,
  /** Filters of a queueing discipline, which may have to be made for them. */
  CLSACT;

  /** The one that lets nobody overtake us, if this kernel has it. */
  public static Chain best() throws BpfException {
    return TcxHook.isSupported() ? TCX : CLSACT;
  }
}
