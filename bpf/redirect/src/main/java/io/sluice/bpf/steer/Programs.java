package io.sluice.bpf.steer;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.bpf.attach.Filter;
import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.BpfObject;
import io.sluice.bpf.libbpf.BpfProgram;
import java.io.IOException;
import java.io.InputStream;

/** The loaded programs and their maps, which are empty at first. */
final class Programs implements AutoCloseable {
  private static final String OBJECT = "redirect.bpf.o";

  private final BpfObject object;

  private Programs(BpfObject object) {
    this.object = object;
  }

  /**
   * Loads the programs that the build has put beside this class.
   *
   * @param intoProxy index of the device whose ingress leads into the proxy
   */
  static Programs load(int intoProxy) throws BpfException {
    BpfObject object = BpfObject.open(bytes());
    try {
      object.constants(".rodata.settings").set(JAVA_INT, 0, intoProxy);
      object.load();
      return new Programs(object);
    } catch (BpfException failed) {
      object.close();
      throw failed;
    }
  }

  BpfProgram of(Filter filter) throws BpfException {
    return object.program(filter.program());
  }

  BpfMap map(String name) throws BpfException {
    return object.map(name);
  }

  @Override
  public void close() {
    object.close();
  }

  static byte[] bytes() {
    try (InputStream object = Programs.class.getResourceAsStream(OBJECT)) {
      if (object == null) {
        throw new IllegalStateException(
            OBJECT
                + " is not beside "
                + Programs.class.getName()
                + ": the build makes it with clang");
      }
      return object.readAllBytes();
    } catch (IOException broken) {
      throw new IllegalStateException("can't read " + OBJECT, broken);
    }
  }
}
