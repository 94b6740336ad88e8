package io.sluice.bpf.libbpf;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/**
 * Says whether libbpf is on this machine. A class of its own: {@link Libbpf} can't even be
 * initialised without it.
 */
public final class LibbpfPresence {
  static final String LIBRARY = "libbpf.so.1";

  private LibbpfPresence() {}

  /**
   * To be called before any other use of this package's classes that call libbpf; from then on
   * libbpf's warnings are part of the messages of failed calls and not printed.
   *
   * @throws BpfException if it is missing; the message says what to install
   */
  public static void require() throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(LIBRARY, arena);
    } catch (IllegalArgumentException missing) {
      throw new BpfException(
          LIBRARY + " not found: install libbpf 1.x (on Debian: apt-get install libbpf1)", 0);
    }
    LibbpfLog.capture();
  }
}
