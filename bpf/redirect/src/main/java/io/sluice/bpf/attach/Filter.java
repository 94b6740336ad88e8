package io.sluice.bpf.attach;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfProgram;
import io.sluice.bpf.libbpf.Errno;
import io.sluice.bpf.libbpf.TcHook;
import java.util.OptionalInt;

/**
 * The place of one of our programs on a tc hook. It is always the same place, and a program there
 * is ours exactly if it has our name: that is how one left by an earlier process is found.
 *
 * @param program the name of the C function
 * @param point the direction that it hooks
 */
public record Filter(String program, TcHook.Point point) {
  /**
   * The first priority, because a filter of others that returns a verdict ends the walk, and one
   * behind it would not see the packet.
   */
  private static final int PRIORITY = 1;

  /** Any number that others are unlikely to choose. */
  private static final int HANDLE = 0x51ce;

  /**
   * Makes the program the one that packets meet; where an older one of ours is, in one step.
   *
   * @return whether the clsact had to be made for it
   * @throws BpfException if the interface is gone, or a program of others has the place
   */
  public boolean attach(int ifindex, BpfProgram loaded) throws BpfException {
    TcHook hook = new TcHook(ifindex, point);
    OptionalInt present = hook.query(HANDLE, PRIORITY);
    if (present.isPresent()) {
      if (present.getAsInt() == loaded.id()) {
        return false;
      }
      String name = BpfProgram.nameOf(present.getAsInt());
      if (!isOurs(name)) {
        throw BpfException.of(
            "attach: the program '" + name + "' of others is at our place on the hook",
            Errno.EEXIST);
      }
    }
    boolean created = hook.create();
    hook.attach(loaded, HANDLE, PRIORITY);
    return created;
  }

  /** The number of our program at this place, whoever has put it there. */
  OptionalInt attached(int ifindex) throws BpfException {
    OptionalInt present = new TcHook(ifindex, point).query(HANDLE, PRIORITY);
    return present.isPresent() && isOurs(BpfProgram.nameOf(present.getAsInt()))
        ? present
        : OptionalInt.empty();
  }

  /** Removes the program if there is one of ours; whether there was. */
  public boolean detach(int ifindex) throws BpfException {
    if (attached(ifindex).isEmpty()) {
      return false;
    }
    new TcHook(ifindex, point).detach(HANDLE, PRIORITY);
    return true;
  }

  private boolean isOurs(String name) {
    return name.equals(program);
  }
}
