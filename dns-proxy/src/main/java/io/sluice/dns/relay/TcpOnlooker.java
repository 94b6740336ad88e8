package io.sluice.dns.relay;

import io.netty.buffer.ByteBuf;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.Onlooker;

/** Looks at the queries and answers of a connection where only audited policies want them seen. */
public final class TcpOnlooker implements Onlooker {
  private final Onlooking onlooking;
  private final Frames queries = new Frames();
  private final Frames answers = new Frames();

  /** Makes one for one connection. */
  public TcpOnlooker(Connection connection, DnsRelay relay) {
    this.onlooking = new Onlooking(relay, connection, connection::policy);
  }

  @Override
  public void clientSent(ByteBuf bytes) {
    for (byte[] query = queries.next(bytes); query != null; query = queries.next(bytes)) {
      onlooking.asked(query);
    }
  }

  @Override
  public void serverSent(ByteBuf bytes) {
    for (byte[] answer = answers.next(bytes); answer != null; answer = answers.next(bytes)) {
      onlooking.answered(answer);
    }
  }

  @Override
  public void serverEnded() {
    // What has no answer by now gets none, and says so to nobody.
  }

  @Override
  public void stop() {
    // Keeps no more than a part of a message.
  }
}
