package io.sluice.bpf.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcFileTest {

  @Test
  void readsTheWholeSetting() throws Exception {
    assertThat(ProcFile.read(Path.of("/proc/sys/kernel/random/boot_id")))
        .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }
}
