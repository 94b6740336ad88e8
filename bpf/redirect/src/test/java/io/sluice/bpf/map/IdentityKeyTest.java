package io.sluice.bpf.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prefixes of both families become prefixes of 16 bytes, without the bits that they ignore. */
class IdentityKeyTest {

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3,      32,  128, 00000000000000000000ffff0a010203",
    "10.1.2.3,      8,   104, 00000000000000000000ffff0a000000",
    "10.1.2.3,      31,  127, 00000000000000000000ffff0a010202",
    "0.0.0.0,       0,   96,  00000000000000000000ffff00000000",
    "255.255.255.255, 0, 96,  00000000000000000000ffff00000000",
    "fd00::1,       128, 128, fd000000000000000000000000000001",
    "fd00:1:2:3::1, 64,  64,  fd000001000200030000000000000000",
    "fd00:1:2:3::1, 63,  63,  fd000001000200020000000000000000",
    "ffff::ffff,    65,  65,  ffff0000000000000000000000000000",
    "ffff::ffff,    0,   0,   00000000000000000000000000000000",
  })
  void keyOfAPrefix(String address, int length, int prefix, String bytes) throws Exception {
    IdentityKey key = IdentityKey.of(InetAddress.getByName(address), length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment written = arena.allocate(IdentityKey.BYTES, 8);
      IdentityKey.LAYOUT.write(key, written);
      assertThat(written.get(ValueLayout.JAVA_INT, IdentityKey.PREFIX)).isEqualTo(prefix);
      assertThat(
              HexFormat.of()
                  .formatHex(written.asSlice(IdentityKey.ADDRESS).toArray(ValueLayout.JAVA_BYTE)))
          .isEqualTo(bytes);
    }
  }
}
