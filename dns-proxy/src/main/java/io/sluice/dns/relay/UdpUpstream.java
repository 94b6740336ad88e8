package io.sluice.dns.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sluice.dns.codec.Message;
import java.security.SecureRandom;

/**
 * One socket from a client's address to one server: connected, so that the kernel takes nothing in
 * that comes from elsewhere, and no datagram of the client's own flows.
 */
final class UdpUpstream extends SimpleChannelInboundHandler<DatagramPacket> {
  private final EpollDatagramChannel channel;
  private final QueryNumbers waiting;
  private final long bornNanos = System.nanoTime();
  private boolean retired;

  UdpUpstream(EpollDatagramChannel channel, SecureRandom random) {
    this.channel = channel;
    this.waiting = new QueryNumbers(random);
  }

  long bornNanos() {
    return bornNanos;
  }

  boolean isFull() {
    return waiting.isFull();
  }

  boolean isIdle() {
    return waiting.isEmpty();
  }

  /** Sends a query; returns its number. */
  int send(Inquiry inquiry) {
    int number = waiting.add(inquiry);
    channel.writeAndFlush(Unpooled.wrappedBuffer(inquiry.numbered(number)), channel.voidPromise());
    return number;
  }

  /** Waits no longer for the answer to a query; its number may be another's by now. */
  @SuppressWarnings("ReferenceEquality") // the very query
  void giveUp(int number, Inquiry inquiry) {
    if (waiting.get(number) == inquiry) {
      waiting.remove(number);
      closeIfDone();
    }
  }

  /** Is given no more queries; closes when it waits for no answer. */
  void retire() {
    retired = true;
    closeIfDone();
  }

  private void closeIfDone() {
    if (retired && waiting.isEmpty()) {
      channel.close();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    ByteBuf content = packet.content();
    if (content.readableBytes() < Message.HEADER_BYTES) {
      return;
    }
    int number = content.getUnsignedShort(content.readerIndex());
    Inquiry inquiry = waiting.get(number);
    if (inquiry != null && inquiry.answered(ByteBufUtil.getBytes(content))) {
      waiting.remove(number);
      closeIfDone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // An ICMP error, which anyone can forge: the server may answer all the same, and the clock of
    // each query runs anyway.
  }
}
