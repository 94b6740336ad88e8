package io.sluice.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Socket;
import io.sluice.dns.listen.PlainUdp;
import io.sluice.dns.relay.Learner;
import io.sluice.dns.relay.RelaySettings;
import io.sluice.dns.relay.UdpSockets;
import java.io.IOException;
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

  /** Lets no socket that is for a server be bound to a client's address; or has none at all. */
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

    /** What is bound already can't be bound again. */
    @Override
    public void asking(EpollDatagramChannel channel) {
      asked.incrementAndGet();
      if (all) {
        throw new ChannelException("no socket for a server");
      }
      try {
        ((Socket) channel.fd()).bind(new InetSocketAddress("127.0.0.7", 0));
      } catch (IOException cause) {
        throw new ChannelException(cause);
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
      assertThat(asked).as("one socket for all queries").hasValue(1);
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
      assertThat(asked).hasValue(1);
      assertThat(server.received()).isEmpty();
    }
  }
}
