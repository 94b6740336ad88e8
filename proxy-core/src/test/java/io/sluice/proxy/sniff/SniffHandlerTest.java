package io.sluice.proxy.sniff;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SniffHandlerTest {
  private final List<FirstBytes> decisions = new ArrayList<>();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final SniffHandler sniff =
      new SniffHandler(
          first -> {
            decisions.add(first);
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
          });

  SniffHandlerTest() {
    channel.pipeline().addLast(sniff);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PUT / HTTP/1.1\r\n", "PRI * HTTP/1.1"})
  void passesEveryByteOnWhereverTheStreamIsCut(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        SniffHandlerTest fresh = new SniffHandlerTest();
        fresh.send(bytes, 0, first);
        fresh.send(bytes, first, second);
        fresh.send(bytes, second, bytes.length);
        assertThat(fresh.passedOn()).isEqualTo(text);
        assertThat(fresh.decisions).hasSize(1);
        assertThat(fresh.channel.pipeline().get(SniffHandler.class)).isNull();
        fresh.channel.finishAndReleaseAll();
      }
    }
  }

  @Test
  void handsAStalledStartOverAtTheSecondTick() {
    send(new byte[] {'P', 'R'}, 0, 2);
    sniff.tick(0);
    assertThat(decisions).isEmpty();
    sniff.tick(1);
    assertThat(decisions).containsExactly(FirstBytes.HTTP1);
    assertThat(passedOn()).isEqualTo("PR");
  }

  @Test
  void handsAnUnfinishedStartOverAtFin() {
    send(new byte[] {22}, 0, 1);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(decisions).containsExactly(FirstBytes.OTHER);
    assertThat(passedOn()).isEqualTo("\u0016");
  }

  @Test
  void closesAClientThatEndsBeforeItBegins() {
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(decisions).isEmpty();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void releasesWhatItHoldsWhenTheChannelEnds() {
    ByteBuf bytes = Unpooled.copiedBuffer("PR", StandardCharsets.US_ASCII);
    channel.writeInbound(bytes);
    channel.finishAndReleaseAll();
    assertThat(bytes.refCnt()).isZero();
  }

  @Test
  void releasesWhatARefusedClientSent() {
    EmbeddedChannel refusing = new EmbeddedChannel();
    refusing.pipeline().addLast(new SniffHandler(first -> refusing.close()));
    ByteBuf bytes = Unpooled.copiedBuffer("GET", StandardCharsets.US_ASCII);
    refusing.writeInbound(bytes);
    assertThat(bytes.refCnt()).isZero();
    assertThat(refusing.inboundMessages()).isEmpty();
  }

  private void send(byte[] bytes, int from, int to) {
    if (to > from) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
    }
  }

  private String passedOn() {
    StringBuilder text = new StringBuilder();
    for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
      text.append(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }
    return text.toString();
  }
}
