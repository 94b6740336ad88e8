package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.bpf.attach.AttachedMaps;
import io.sluice.bpf.attach.Hook;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.BpfObject;
import io.sluice.bpf.libbpf.BpfProgram;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The loaded programs and their maps, which are empty at first, but for what is known of
 * connections: that is taken over from programs that are attached and have the same layout.
 */
final class Programs implements AutoCloseable {
  private static final String OBJECT = "redirect.bpf.o";

  /** {@code struct settings}. */
  private static final int INTO_PROXY = 0;

  private static final int SHORT_CUT = 4;

  /** What is known of connections, and the number that it counts for. */
  private static final List<String> KEPT = List.of("conntrack", "fragments", "revision");

  private final BpfObject object;

  private Programs(BpfObject object) {
    this.object = object;
  }

  /**
   * Loads the programs that the build has put beside this class.
   *
   * @param intoProxy index of the device whose ingress leads into the proxy
   * @param shortCut whether they are to find the sockets of pods for a {@link ShortCut}
   * @param attached the maps of the programs that are to be replaced
   */
  static Programs load(int intoProxy, boolean shortCut, AttachedMaps attached) throws BpfException {
    BpfObject object = BpfObject.open(bytes(OBJECT));
    try {
      MemorySegment settings = object.constants(".rodata.settings");
      settings.set(JAVA_INT, INTO_PROXY, intoProxy);
      settings.set(JAVA_INT, SHORT_CUT, shortCut ? 1 : 0);
      takeOver(attached, object);
      object.load();
      return new Programs(object);
    } catch (BpfException failed) {
      object.close();
      throw failed;
    }
  }

  /** All or none: the parts mean nothing without each other. */
  private static void takeOver(AttachedMaps attached, BpfObject object) throws BpfException {
    if (LayoutVersion.of(attached) != LayoutVersion.of(object)) {
      return;
    }
    List<BpfMap> kept = new ArrayList<>();
    for (String name : KEPT) {
      BpfMap map = attached.find(name);
      if (map == null || !map.shape().equals(object.shape(name))) {
        return;
      }
      kept.add(map);
    }
    for (BpfMap map : kept) {
      object.use(map);
    }
  }

  /** The version of the layout of maps that these programs have. */
  static int layoutVersion() throws BpfException {
    try (BpfObject object = BpfObject.open(bytes(OBJECT))) {
      return LayoutVersion.of(object);
    }
  }

  BpfProgram of(Hook hook) throws BpfException {
    return object.program(hook.program());
  }

  BpfMap map(String name) throws BpfException {
    return object.map(name);
  }

  @Override
  public void close() {
    object.close();
  }

  /** An object file that the build has put beside this class. */
  static byte[] bytes(String name) {
    try (InputStream object = Programs.class.getResourceAsStream(name)) {
      if (object == null) {
        throw new IllegalStateException(
            name
                + " is not beside "
                + Programs.class.getName()
                + ": the build makes it with clang");
      }
      return object.readAllBytes();
    } catch (IOException broken) {
      throw new IllegalStateException("can't read " + name, broken);
    }
  }
}
