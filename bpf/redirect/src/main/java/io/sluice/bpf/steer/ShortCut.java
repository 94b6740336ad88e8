package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfObject;
import io.sluice.bpf.libbpf.BpfProgram;
import io.sluice.bpf.libbpf.Libc;
import io.sluice.bpf.map.ShortCutCounts;
import java.nio.file.Path;

/**
 * Carries what the pods of a node send to its proxy from socket to socket, past TCP/IP, for as long
 * as it is open; after that TCP carries it.
 *
 * <p>What makes that safe is said in {@code shortcut.h}.
 */
final class ShortCut implements AutoCloseable {
  private static final String OBJECT = "shortcut.bpf.o";

  private final BpfObject object;
  private int link;
  private final ShortCutCounts counts;

  private ShortCut(BpfObject object, int link, ShortCutCounts counts) {
    this.object = object;
    this.link = link;
    this.counts = counts;
  }

  /**
   * Loads and attaches it, for connections that the programs steer to the calling thread's
   * namespace.
   *
   * @param programs steer the connections
   * @throws DatapathException says what the machine lacks
   */
  static ShortCut open(Programs programs) throws DatapathException {
    BpfObject object = null;
    int link = -1;
    try {
      object = BpfObject.open(Programs.bytes(OBJECT));
      object.constants(".rodata.proxy").set(JAVA_LONG, 0, Libc.namespaceCookie());
      object.use(programs.map("identities"));
      object.use(programs.map("pod_sockets"));
      object.load();
      object.program("message").attachToMessagesOf(object.map("ends"));
      ShortCutCounts counts = new ShortCutCounts(object.map("counts"));
      link = link(object);
      return new ShortCut(object, link, counts);
    } catch (BpfException failed) {
      throw new DatapathException(String.valueOf(failed.getMessage()), failed);
    } finally {
      if (object != null && link < 0) {
        object.close();
      }
    }
  }

  /**
   * The maps of the one that belongs to programs that steer, whichever process has it open; none if
   * there is none. Without the machine's control groups in sight there can't be one.
   *
   * @param steering the maps of the programs that steer
   */
  static AttachedMaps attachedBeside(AttachedMaps steering) throws BpfException {
    Path root;
    try {
      root = ControlGroups.root();
    } catch (DatapathException notInSight) {
      return AttachedMaps.none();
    }
    int group = Libc.openDirectory(root);
    try {
      for (int program : BpfProgram.onSocketsOf(group)) {
        if (steering.areUsedBy(program)) {
          return AttachedMaps.of(program);
        }
      }
      return AttachedMaps.none();
    } finally {
      Libc.close(group);
    }
  }

  private static int link(BpfObject object) throws BpfException, DatapathException {
    int group = Libc.openDirectory(ControlGroups.root());
    try {
      return object.program("connection_state").linkToSocketsOf(group);
    } finally {
      Libc.close(group);
    }
  }

  /** Takes in connections that come about from here on; idempotent. */
  synchronized void link() throws BpfException, DatapathException {
    if (link < 0) {
      link = link(object);
    }
  }

  /** Takes in no more; those that it has stay. */
  synchronized void unlink() {
    if (link >= 0) {
      Libc.close(link);
      link = -1;
    }
  }

  ShortCutCounts counts() {
    return counts;
  }

  /**
   * Open connections go on by TCP. What the proxy has not read yet of what came by the short-cut is
   * lost: it has to have closed its connections before.
   */
  @Override
  public void close() {
    unlink();
    object.close();
  }
}
