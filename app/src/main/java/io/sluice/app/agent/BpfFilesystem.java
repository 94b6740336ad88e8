package io.sluice.app.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that bpffs is mounted where every tool looks for it. */
final class BpfFilesystem {
  private static final Logger LOG = LoggerFactory.getLogger(BpfFilesystem.class);
  private static final Path PATH = Path.of("/sys/fs/bpf");
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  private BpfFilesystem() {}

  /** Mounts it if it is missing; nothing is pinned in it yet, so a failure is only logged. */
  static void mountIfMissing() {
    try {
      if (Files.readString(MOUNTS).contains(" " + PATH + " bpf ")) {
        return;
      }
      Process mount =
          new ProcessBuilder("mount", "-t", "bpf", "bpf", PATH.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (mount.waitFor() != 0) {
        LOG.warn("can't mount bpffs on {}: mount it there before the agent starts", PATH);
      }
    } catch (IOException e) {
      LOG.warn("can't mount bpffs on {}: {}", PATH, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
