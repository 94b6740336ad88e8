package io.sluice.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.http.guard.Rejected;
import io.sluice.http.raw.RawCase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However bytes are cut, the same heads and bodies are read, passed on, or refused. */
class SplitInvarianceTest {
  private static final int LINE = 16 * 1024;
  private static final int HEADERS = 64 * 1024;
  private static final int FIELDS = 200;
  private static final List<RawCase> CASES =
      RawCase.FILES.stream()
          .flatMap(file -> RawCase.load(file).stream())
          .filter(one -> one.send().length < 5000)
          .toList();

  @Provide
  Arbitrary<RawCase> cases() {
    return Arbitraries.of(CASES);
  }

  @Property(tries = 3000, seed = "7")
  void requestsAreReadTheSameInAnyCut(@ForAll("cases") RawCase one, @ForAll long seed) {
    assertThat(requests(one.send(), new Random(seed))).isEqualTo(requests(one.send(), null));
  }

  @Property(tries = 3000, seed = "7")
  void damagedRequestsAreReadTheSameInAnyCut(@ForAll("cases") RawCase one, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] damaged = one.send().clone();
    for (int i = 0; i < 3 && damaged.length > 0; i++) {
      damaged[random.nextInt(damaged.length)] =
          (byte) "\r\n\0 :;,/.%0a\t\"\\X\u00ff".charAt(random.nextInt(17));
    }
    assertThat(requests(damaged, random)).isEqualTo(requests(damaged, null));
  }

  @Property(tries = 500, seed = "7")
  void everyByteOnItsOwnIsReadTheSame(@ForAll("cases") RawCase one) {
    assertThat(
            requests(
                one.send(),
                new Random(0) {
                  @Override
                  public int nextInt(int from, int to) {
                    return 1;
                  }
                }))
        .isEqualTo(requests(one.send(), null));
  }

  /** Reads requests as the relay does; the outcome as text. */
  private static List<String> requests(byte[] bytes, Random cuts) {
    List<String> outcome = new ArrayList<>();
    StringBuilder passed = new StringBuilder();
    RequestParser parser = new RequestParser(LINE, HEADERS, FIELDS);
    Proved proved = new Proved(UnpooledByteBufAllocator.DEFAULT);
    Body body = null;
    try {
      for (int at = 0; at < bytes.length; ) {
        int size = cuts == null ? bytes.length : Math.min(bytes.length - at, cuts.nextInt(1, 40));
        ByteBuf in = Unpooled.copiedBuffer(bytes, at, size);
        at += size;
        while (in.isReadable()) {
          if (body == null) {
            RequestHead head = parser.read(in);
            if (head == null) {
              break;
            }
            outcome.add(head.method() + " " + head.url() + " " + head.keepAlive());
            passed.append(head.text(head.start(), head.start() + head.wireLength()));
            body = head.body(HEADERS, FIELDS);
          }
          proved.begin(in, in.readerIndex());
          body.read(in, proved);
          ByteBuf take = proved.take();
          if (take != null) {
            passed.append(take.toString(StandardCharsets.ISO_8859_1));
            take.release();
          }
          body = body.isComplete() ? null : body;
        }
      }
      outcome.add("passed " + passed);
    } catch (Rejected rejected) {
      proved.drop();
      outcome.add(rejected.status() + " " + rejected.reason());
    }
    return outcome;
  }
}
