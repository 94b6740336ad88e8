package io.sluice.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.TcpEnd;
import io.sluice.proxy.spi.Tunnel;
import io.sluice.proxy.spi.Upstream;

/** Copies bytes both ways; reads from one side only as fast as the other takes them. */
public final class ByteTunnel implements Tunnel {
  private final Connection connection;
  private final SocketChannel client;
  private final Upstream server;
  private final Permit permit;
  private boolean clientEnded;
  private boolean serverEnded;
  private boolean finSent;

  /**
   * Makes one between the client and an upstream that is open already.
   *
   * @param connection ended when either side is
   * @param permit what its writes rest on
   * @param server the upstream
   */
  public ByteTunnel(Connection connection, Permit permit, Upstream server) {
    this.connection = connection;
    this.client = connection.downstream();
    this.permit = permit;
    this.server = server;
  }

  /**
   * Makes one and opens its upstream.
   *
   * @param connection ended when either side is
   * @param permit what the upstream and its writes rest on
   */
  ByteTunnel(Connection connection, Permit permit) {
    this.connection = connection;
    this.client = connection.downstream();
    this.permit = permit;
    this.server = connection.openUpstream(permit, this);
    // Until it is connected there is nowhere to put the client's bytes.
    client.config().setAutoRead(false);
  }

  @Override
  public void clientSent(ByteBuf bytes) {
    server.write(permit, bytes);
    if (!server.isWritable()) {
      client.config().setAutoRead(false);
    }
  }

  @Override
  public void clientEnded() {
    clientEnded = true;
    server.shutdownOutput();
    closeIfBothEnded();
  }

  @Override
  public void clientWritabilityChanged() {
    server.setReading(client.isWritable());
  }

  @Override
  public void received(ByteBuf bytes) {
    client.write(bytes, client.voidPromise());
    if (!client.isWritable()) {
      server.setReading(false);
    }
  }

  @Override
  public void receivedAll() {
    client.flush();
  }

  @Override
  public void ended() {
    serverEnded = true;
    TcpEnd.fin(
        client,
        () -> {
          finSent = true;
          closeIfBothEnded();
        });
  }

  @Override
  public void writabilityChanged() {
    client.config().setAutoRead(server.isWritable());
  }

  @Override
  public void closed(String reason) {
    if (!(clientEnded && serverEnded)) {
      connection.reset();
    }
  }

  private void closeIfBothEnded() {
    if (clientEnded && finSent) {
      client.close();
    }
  }
}
