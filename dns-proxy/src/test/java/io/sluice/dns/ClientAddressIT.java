package io.sluice.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.dns.listen.PlainUdp;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.dns.relay.UdpSockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** Queries over UDP where the client's own address can't be had towards the server. */
@Timeout(60)
class ClientAddressIT {
  private static final RelaySettings FAST =
      RelaySettings.DEFAULTS.withTryTimeout(Duration.ofMillis(300));

  /** Lets no socket be bound that is for a server, but as the node itself; or not even that. */
  private record Refusing(PlainUdp plain, boolean all, AtomicInteger asked) implements UdpSockets {

    @Override
    public boolean receiving(EpollDatagramChannel channel, boolean ipv6) {
      return plain.receiving(channel, ipv6);
    }

    @Override
    public InetSocketAddress destination(DatagramPacket query) {
      return plain.destination(query);
    }

    @Override
    public boolean answering(EpollDatagramChannel channel) {
      return plain.answering(channel);
    }

    /** The first of two sockets is for the client's address. */
    @Override
    public void asking(EpollDatagramChannel channel) {
      if (asked.getAndIncrement() % 2 == 0 || all) {
        throw new ChannelException("not from this address");
      }
    }
  }

  @Test
  void theNodesOwnAddressAsksInItsPlace() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (NameServer server = NameServer.giving();
        DnsLab lab =
            new DnsLab(
                server,
                new Refusing(new PlainUdp(server.address()), false, asked),
                FAST,
                Learner.NONE,
                "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      for (int i = 1; i <= 3; i++) {
        assertThat(new Message(asker.ask(UdpAsker.query(i, "a.example.com."))).getRcode())
            .isEqualTo(Rcode.NOERROR);
      }
      assertThat(asked).as("one try in vain, and one socket for all queries").hasValue(2);
      assertThat(server.received()).hasSize(3);
    }
  }

  @Test
  void withNoSocketAtAllTheClientIsToldAtOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (NameServer server = NameServer.giving();
        DnsLab lab =
            new DnsLab(
                server,
                new Refusing(new PlainUdp(server.address()), true, asked),
                RelaySettings.DEFAULTS,
                Learner.NONE,
                "*");
        UdpAsker asker = new UdpAsker(lab.udp())) {
      asker.send(UdpAsker.query(1, "a.example.com."));
      assertThat(new Message(asker.receive(1_000)).getRcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(asked).hasValue(2);
      assertThat(server.received()).isEmpty();
    }
  }
}
