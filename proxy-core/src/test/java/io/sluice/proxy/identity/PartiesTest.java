package io.sluice.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.FixedSnapshot;
import io.sluice.proxy.policy.PeerPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class PartiesTest {
  private static final InetAddress POD = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("10.0.0.2");
  private final PeerPolicy forOther = FixedSnapshot.allowed();
  private final FixedSnapshot snapshot =
      FixedSnapshot.of(1, POD, FixedSnapshot.denied()).with(OTHER, 301, forOther);

  @Test
  void enforcesTheDestinationOnTheWayIn() {
    Parties parties = Parties.in(snapshot, Direction.INGRESS, at(OTHER, 40000), at(POD, 80));
    assertThat(parties.enforced().endpoint().addresses()).containsExactly(POD);
    assertThat(parties.peer().identity()).isEqualTo(301);
    assertThat(parties.policy()).isSameAs(forOther);
  }

  @Test
  void enforcesTheClientOnTheWayOut() {
    Parties parties = Parties.in(snapshot, Direction.EGRESS, at(POD, 40000), at(OTHER, 80));
    assertThat(parties.enforced().endpoint().addresses()).containsExactly(POD);
    assertThat(parties.peer().identity()).isEqualTo(301);
    assertThat(parties.policy()).isSameAs(forOther);
  }

  @Test
  void findsNobodyWhereNoLocalEndpointIsEnforced() {
    assertThat(Parties.in(snapshot, Direction.INGRESS, at(POD, 40000), at(OTHER, 80))).isNull();
    assertThat(Parties.in(snapshot, Direction.EGRESS, at(OTHER, 40000), at(POD, 80))).isNull();
  }

  private static InetSocketAddress at(InetAddress address, int port) {
    return new InetSocketAddress(address, port);
  }
}
