package io.sluice.bpf.attach;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfProgram;
import io.sluice.bpf.libbpf.Errno;
import io.sluice.bpf.libbpf.TcHook;
import io.sluice.bpf.libbpf.TcxHook;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where one of our programs belongs on an interface. What an earlier process left there is found by
 * what a program is: that works whoever attached it, and by either {@link Chain}.
 *
 * @param program the name of the C function
 * @param point the direction that it hooks
 * @param map a map that it uses: a program of others may have the same name
 */
public record Hook(String program, TcHook.Point point, String map) {
  /**
   * The first priority, because a filter of others that returns a verdict ends the walk, and one
   * behind it would not see the packet.
   */
  private static final int PRIORITY = 1;

  /** Any number that others are unlikely to choose. */
  private static final int HANDLE = 0x51ce;

  /**
   * Makes the program the one that packets meet, before those of others that are there now; where
   * an older one of ours is, in one step. If that was in the other chain, both judge for a moment.
   *
   * @return whether the clsact had to be made for it
   * @throws BpfException if the interface is gone, or a program of others has the place
   */
  public boolean attach(int ifindex, BpfProgram loaded, Chain chain) throws BpfException {
    return switch (chain) {
      case TCX -> {
        attachTcx(ifindex, loaded);
        yield false;
      }
      case CLSACT -> attachClsact(ifindex, loaded);
    };
  }

  private void attachTcx(int ifindex, BpfProgram loaded) throws BpfException {
    TcxHook hook = new TcxHook(ifindex, point);
    List<Integer> present = hook.programs();
    if (present.contains(loaded.id())) {
      return;
    }
    OptionalInt older = ours(present);
    if (older.isPresent()) {
      hook.replace(older.getAsInt(), loaded);
    } else {
      hook.prepend(loaded);
    }
    detachClsact(ifindex);
  }

  private boolean attachClsact(int ifindex, BpfProgram loaded) throws BpfException {
    TcHook hook = new TcHook(ifindex, point);
    OptionalInt present = hook.query(HANDLE, PRIORITY);
    if (present.isPresent()) {
      if (present.getAsInt() == loaded.id()) {
        return false;
      }
      String name = BpfProgram.nameOf(present.getAsInt());
      if (!isOurs(present.getAsInt())) {
        throw BpfException.of(
            "attach: the program '" + name + "' of others is at our place on the hook",
            Errno.EEXIST);
      }
    }
    boolean created = hook.create();
    hook.attach(loaded, HANDLE, PRIORITY);
    detachTcx(ifindex);
    return created;
  }

  /** The number of our program here, whoever has put it; the newer one if there are two. */
  OptionalInt attached(int ifindex) throws BpfException {
    OptionalInt tcx = ours(new TcxHook(ifindex, point).programs());
    OptionalInt clsact = inClsact(ifindex);
    return tcx.orElse(0) > clsact.orElse(0) ? tcx : clsact;
  }

  /** Removes what is ours, by either chain; whether there was anything. */
  public boolean detach(int ifindex) throws BpfException {
    boolean first = detachTcx(ifindex);
    boolean second = detachClsact(ifindex);
    return first || second;
  }

  /** The names of the programs of others that packets meet before ours by tcx. */
  public List<String> precedents(int ifindex) throws BpfException {
    List<String> names = new ArrayList<>();
    for (int id : new TcxHook(ifindex, point).programs()) {
      if (isOurs(id)) {
        break;
      }
      names.add(BpfProgram.nameOf(id));
    }
    return names;
  }

  private boolean detachTcx(int ifindex) throws BpfException {
    TcxHook hook = new TcxHook(ifindex, point);
    OptionalInt present = ours(hook.programs());
    if (present.isEmpty()) {
      return false;
    }
    hook.detach(present.getAsInt());
    return true;
  }

  private boolean detachClsact(int ifindex) throws BpfException {
    if (inClsact(ifindex).isEmpty()) {
      return false;
    }
    new TcHook(ifindex, point).detach(HANDLE, PRIORITY);
    return true;
  }

  private OptionalInt inClsact(int ifindex) throws BpfException {
    OptionalInt present = new TcHook(ifindex, point).query(HANDLE, PRIORITY);
    return present.isPresent() && isOurs(present.getAsInt()) ? present : OptionalInt.empty();
  }

  private OptionalInt ours(List<Integer> programs) throws BpfException {
    for (int id : programs) {
      if (isOurs(id)) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  private boolean isOurs(int id) throws BpfException {
    return BpfProgram.nameOf(id).equals(program) && BpfProgram.uses(id, map);
  }
}
