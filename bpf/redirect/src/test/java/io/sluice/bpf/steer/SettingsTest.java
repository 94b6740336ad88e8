package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @ParameterizedTest
  @CsvSource({
    "'32768\t60999', '32769\t60999'",
    "'32769\t60999', '32769\t60999'",
    "'1024 65535', '1025\t65535'"
  })
  void portsOfTheNodeBeginWithAnOddOne(String range, String expected) {
    assertThat(Settings.oddPortsFirst(range)).isEqualTo(expected);
  }
}
