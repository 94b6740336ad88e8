package io.sluice.proxy.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class TransparentOriginTest {
  private final OriginLookup origins = new TransparentOrigin();
  private final InetSocketAddress listener = at("127.0.0.1", 15001);

  @Test
  void takesTheLocalAddressAsTheDestination() {
    assertThat(origins.lookup(at("10.0.0.1", 40000), at("10.0.0.2", 80), listener))
        .isEqualTo(new Origin(at("10.0.0.1", 40000), at("10.0.0.2", 80)));
    assertThat(origins.lookup(at("fd00::1", 40000), at("fd00::2", 80), at("::1", 15001)))
        .isEqualTo(new Origin(at("fd00::1", 40000), at("fd00::2", 80)));
  }

  @Test
  void refusesAConnectionToTheListenerItself() {
    assertThat(origins.lookup(at("127.0.0.1", 40000), listener, listener)).isNull();
    assertThat(origins.lookup(at("127.0.0.1", 40000), mapped(127, 0, 0, 1, 15001), listener))
        .isNull();
  }

  @Test
  void takesAnotherPortOfTheSameAddressForADestination() {
    assertThat(origins.lookup(at("127.0.0.1", 40000), at("127.0.0.1", 80), listener)).isNotNull();
  }

  @Test
  void showsAMappedAddressAsTheIpv4AddressItIs() {
    Origin origin = origins.lookup(mapped(10, 0, 0, 1, 40000), mapped(10, 0, 0, 2, 80), listener);
    assertThat(origin.client().getAddress()).isInstanceOf(Inet4Address.class);
    assertThat(origin).isEqualTo(new Origin(at("10.0.0.1", 40000), at("10.0.0.2", 80)));
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  /** What an IPv6 socket says of an IPv4 peer, in the form that Java does not unwrap by itself. */
  private static InetSocketAddress mapped(int a, int b, int c, int d, int port) {
    byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) a, (byte) b, (byte) c, (byte) d};
    try {
      return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 0), port);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
