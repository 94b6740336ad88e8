package io.sluice.proxy.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.Prefix;
import io.sluice.v1.IdentityInfo;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityLookupTest {
  private final PolicyCompiler compiler = new PolicyCompiler(List.of());

  @BeforeEach
  void fill() throws Exception {
    NetworkPolicyHosts.Builder pod =
        identity(300, "10.1.2.3", "fd00::3")
            .setIdentity(
                IdentityInfo.newBuilder()
                    .addLabels("k8s:app=web")
                    .addHosts(
                        IdentityInfo.Host.newBuilder()
                            .setAddress("10.1.2.3")
                            .setNamespace("prod")
                            .setPod("web-1")));
    assertThat(
            compiler.replaceIdentities(
                List.of(
                    pod.build(),
                    identity(400, "10.0.0.0/8").build(),
                    identity(401, "10.1.2.0/24", "10.1.128.0/17").build(),
                    identity(402, "fd00::/8", "fd00:0:0:1::/64", "fd00::1:0:0:0/80").build(),
                    identity(403, "10.1.2.4/32", "0.0.0.0/1").build())))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 300",
    "10.1.2.4, 403",
    "10.1.2.5, 401",
    "10.1.127.1, 400",
    "10.1.128.1, 401",
    "10.255.255.255, 400",
    "11.0.0.0, 403",
    "127.255.255.255, 403",
    "128.0.0.0, 2",
    "fd00::3, 300",
    "fd00::4, 402",
    "fdff::1, 402",
    "fe80::1, 2",
    "::1, 2",
    "::a01:203, 2",
  })
  void theLongestPrefixDecides(String address, int identity) {
    assertThat(compiler.snapshot().peer(InetAddress.ofLiteral(address)).identity())
        .isEqualTo(identity);
  }

  @Test
  void aPeerIsDescribed() {
    assertThat(compiler.snapshot().peer(InetAddress.ofLiteral("10.1.2.3")))
        .isEqualTo(new Peer(300, List.of("k8s:app=web"), "prod", "web-1"));
    assertThat(compiler.snapshot().peer(InetAddress.ofLiteral("fd00::3")).pod()).isEmpty();
    assertThat(PolicyCompiler.EMPTY.peer(InetAddress.ofLiteral("10.1.2.3")))
        .isEqualTo(new Peer(2, List.of("reserved:world"), "", ""));
  }

  @Test
  void theKernelIsToldEveryPrefix() {
    assertThat(compiler.snapshot().prefixes())
        .hasSize(10)
        .contains(
            new Prefix(InetAddress.ofLiteral("10.1.128.0"), 17, 401),
            new Prefix(InetAddress.ofLiteral("fd00::3"), 128, 300));
    assertThat(compiler.snapshot().identities())
        .containsEntry(300, List.of("k8s:app=web"))
        .hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 10.0.0.1",
        "10.0.0.1 ",
        "10.1",
        "010.0.0.1",
        "10.0.0.1/33",
        "10.0.0.1/8",
        "10.0.0.0/",
        "10.0.0.0/+8",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.0/99999999999",
        "0x0a.0.0.1",
        "localhost",
        "[::1]",
        "::1%lo",
        "::ffff:10.0.0.1",
        "fd00::1/64",
        "::/129",
        "1.2.3.4.5",
        ":"
      })
  void aMalformedPrefixRefusesItsResourceAlone(String prefix) throws Exception {
    List<Rejection> rejections =
        compiler.replaceIdentities(
            List.of(
                identity(500, "10.5.0.1").build(),
                identity(300, "10.1.2.9", prefix).build(),
                identity(600, prefix).build()));
    assertThat(rejections).extracting(Rejection::resource).containsExactly("300", "600");
    assertThat(rejections).extracting(Rejection::lastGood).containsExactly(true, false);
    assertThat(identityOf("10.5.0.1")).isEqualTo(500);
    assertThat(identityOf("10.1.2.3")).isEqualTo(300);
    assertThat(identityOf("10.1.2.9")).isEqualTo(2);
  }

  @Test
  void onePrefixHasOneIdentity() throws Exception {
    List<Rejection> rejections =
        compiler.replaceIdentities(
            List.of(
                identity(500, "10.5.0.1").build(),
                identity(501, "10.5.0.1/32").build(),
                identity(502, "10.6.0.0/16", "10.6.0.0/16").build(),
                identity(500, "10.7.0.1").build()));
    assertThat(rejections).extracting(Rejection::resource).containsExactly("501", "502", "500");
    assertThat(identityOf("10.5.0.1")).isEqualTo(500);
    assertThat(identityOf("10.7.0.1")).isEqualTo(2);
  }

  @Test
  void aPrefixThatMovesIsTheGoodResources() throws Exception {
    compiler.replaceIdentities(
        List.of(identity(300, "nonsense").build(), identity(500, "10.1.2.3").build()));
    assertThat(identityOf("10.1.2.3")).isEqualTo(500);
    assertThat(identityOf("fd00::3")).isEqualTo(300);
  }

  @Test
  void numbersAreIdentities() throws Exception {
    assertThat(
            compiler.replaceIdentities(
                List.of(
                    identity(1L << 32, "10.5.0.1").build(),
                    identity(-1, "10.5.0.2").build(),
                    identity((1L << 32) - 1, "10.5.0.3").build())))
        .extracting(Rejection::resource)
        .containsExactly("4294967296", "18446744073709551615");
    assertThat(identityOf("10.5.0.3")).isEqualTo(-1);
  }

  private int identityOf(String address) {
    return compiler.snapshot().peer(InetAddress.ofLiteral(address)).identity();
  }

  private static NetworkPolicyHosts.Builder identity(long number, String... prefixes) {
    return NetworkPolicyHosts.newBuilder().setPolicy(number).addAllHostAddresses(List.of(prefixes));
  }
}
