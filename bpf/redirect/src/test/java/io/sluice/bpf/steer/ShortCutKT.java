package io.sluice.bpf.steer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.sluice.bpf.libbpf.Libc;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is sent between a pod and the proxy arrives whole and in order, whichever way it takes: what
 * is for the proxy by the short-cut, what is for the pod by TCP. The counters say which it took.
 * The test itself is the proxy.
 */
class ShortCutKT extends OnNode {
  /** More than the short-cut takes at once. */
  private static final int MUCH = 3 << 20;

  /** One for each task: they wait for one another. */
  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  /** A client in pod one, the end that the proxy accepted, and what connected them. */
  private record Accepted(Tcp client, Tcp proxy, Tcp listening) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      client.close();
      proxy.close();
      listening.close();
    }
  }

  private Accepted accept(boolean ipv6) throws Exception {
    Tcp listening = listen(ipv6);
    applyBoth();
    Tcp client = connect(node.one, Node.podTwo(ipv6));
    return new Accepted(client, listening.accept(), listening);
  }

  private Tcp listen(boolean ipv6) throws Exception {
    Tcp listening =
        node.node.call(
            () -> Tcp.listening(new InetSocketAddress(ipv6 ? "::1" : "127.0.0.1", 0), true));
    node.node.call(
        () -> {
          datapath.listen(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4, listening.fd);
          return null;
        });
    return listening;
  }

  /** Only what enters pod two is judged; the node knows pod one, and has no program at it. */
  private void applyBoth() throws Exception {
    assertThat(datapath.shortCut().missing()).isNull();
    apply(List.of(podOne(false, false), podTwo(true, false)), in(POD_TWO, PolicyEntry.ANY, true));
  }

  private long bytes() throws Exception {
    return node.node.call(() -> datapath.shortCut().bytes());
  }

  private long connections() throws Exception {
    return node.node.call(() -> datapath.shortCut().connections());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyMessageToTheProxyTakesIt(boolean ipv6) throws Exception {
    try (Accepted open = accept(ipv6)) {
      assertThat(connections()).isEqualTo(1);
      for (int i = 1; i <= 1_000; i++) {
        open.client.sendLine("question");
        assertThat(open.proxy.readLine()).isEqualTo("question");
        open.proxy.sendLine("reply");
        assertThat(open.client.readLine()).isEqualTo("reply");
        assertThat(bytes()).isEqualTo(i * 9L);
      }
    }
    await().untilAsserted(() -> assertThat(connections()).isZero());
  }

  /** Each connection by itself, and only as long as it is open. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatEachConnectionSendsByItIsShown(boolean ipv6) throws Exception {
    try (Accepted one = accept(ipv6);
        Tcp other = connect(node.one, Node.podTwo(ipv6));
        Tcp accepted = one.listening.accept()) {
      for (int i = 0; i < 3; i++) {
        one.client.sendLine("question");
        assertThat(one.proxy.readLine()).isEqualTo("question");
        one.proxy.sendLine("by TCP");
        assertThat(one.client.readLine()).isEqualTo("by TCP");
      }
      other.send(new byte[] {0x16, 3, 1, 0, 1, 1});
      assertThat(accepted.receiveAll(6)).hasSize(6);

      assertThat(shown())
          .containsExactlyInAnyOrder(
              row(one.client, false, 3 * "question\n".length(), 3), row(other, true, 0, 0));
    }
    await().untilAsserted(() -> assertThat(shown()).isEmpty());
  }

  private static List<Map<String, Object>> shown() throws Exception {
    List<Map<String, Object>> rows = new ArrayList<>();
    node.node.call(
        () -> {
          KernelMaps.each("shortcut", rows::add);
          return null;
        });
    return rows;
  }

  /** What is shown of a connection of pod one with the proxy, which answers by TCP. */
  private static Map<String, Object> row(Tcp client, boolean encrypted, long bytes, long messages)
      throws Exception {
    Map<String, Object> row = new HashMap<>();
    row.put("client", client.local().getAddress().getHostAddress());
    row.put("clientPort", client.local().getPort());
    row.put("clientIfindex", node.node.call(() -> Libc.interfaceIndex("lxc1")));
    row.put("server", client.remote().getAddress().getHostAddress());
    row.put("serverPort", client.remote().getPort());
    row.put("serverIfindex", 0);
    row.put("joined", true);
    row.put("encrypted", encrypted);
    row.put("clientBytes", bytes);
    row.put("clientMessages", messages);
    row.put("serverBytes", 0L);
    row.put("serverMessages", 0L);
    return row;
  }

  /** On the proxy's own connection to it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAServerAnswersTakesItToo(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    applyBoth();

    try (Tcp fromPod = connect(node.one, Node.podTwo(ipv6));
        Tcp fromOutside = connect(node.outside, Node.podTwo(ipv6))) {
      assertThat(ask(fromPod)).isEqualTo(steeredAnswerTo(Node.podOne(ipv6)));
      assertThat(ask(fromOutside)).isEqualTo(steeredAnswerTo(Node.outside(ipv6)));
      assertThat(connections()).as("both ways of the first, one of the second").isEqualTo(3);
      long before = bytes();
      ask(fromOutside);
      assertThat(bytes() - before).isEqualTo(answerTo(Node.outside(ipv6)).length() + 1L);
    }
    await().untilAsserted(() -> assertThat(connections()).isZero());
  }

  /** Out of one pod through the proxy, into the other through it again: three connections. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theProxyMeetsItself(boolean ipv6) throws Exception {
    server(node.two, Node.podTwo(ipv6));
    proxy(ipv6 ? Listener.INGRESS_V6 : Listener.INGRESS_V4);
    proxy(ipv6 ? Listener.EGRESS_V6 : Listener.EGRESS_V4);
    apply(
        List.of(podOne(true, true), podTwo(true, true)),
        out(POD_ONE, TWO, true),
        in(POD_TWO, ONE, true));

    try (Tcp client = connect(node.one, Node.podTwo(ipv6))) {
      assertThat(ask(client)).isEqualTo("via " + steeredAnswerTo(Node.podOne(ipv6)));
      assertThat(connections()).isEqualTo(3);
    }
  }

  @Test
  void aDualStackClientTakesIt() throws Exception {
    Tcp listening = listen(false);
    applyBoth();
    try (Tcp client = node.one.call(() -> Tcp.dualStack(Node.podTwo(false), PORT));
        Tcp proxy = listening.accept()) {
      client.sendLine("question");
      assertThat(proxy.readLine()).isEqualTo("question");
      proxy.sendLine("reply");
      assertThat(client.readLine()).isEqualTo("reply");
      assertThat(bytes()).isEqualTo(9);
    } finally {
      listening.close();
    }
  }

  /**
   * Small and large ones in turn, each side at its own pace: the ways alternate, the order stays.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theOrderStaysWhenTheWaysAlternate(boolean ipv6) throws Exception {
    try (Accepted open = accept(ipv6)) {
      byte[] there = random(1, 4 * MUCH);
      byte[] back = random(2, 4 * MUCH);
      CompletableFuture<Void> asking = sendInPieces(open.client, there, 3);
      CompletableFuture<Void> answering = sendInPieces(open.proxy, back, 4);
      CompletableFuture<byte[]> read =
          CompletableFuture.supplyAsync(
              () -> receiveInPieces(open.client, back.length, 5), THREADS);
      assertThat(receiveInPieces(open.proxy, there.length, 6)).matches(same(there));
      assertThat(read.get()).matches(same(back));
      asking.get();
      answering.get();
      assertThat(bytes()).as("by the short-cut").isBetween(1L, 4L * MUCH - 1);

      // Nobody has anything unread: the short-cut is free again, as soon as both have said so.
      open.client.sendLine("read all");
      open.proxy.readLine();
      open.proxy.sendLine("read all");
      open.client.readLine();
      long before = bytes();
      open.client.sendLine("question");
      assertThat(open.proxy.readLine()).isEqualTo("question");
      assertThat(bytes() - before).isEqualTo(9);
    }
  }

  /** The end of a stream comes after all that went before it, read or not. */
  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 100_000, MUCH})
  void aHalfClosedConnectionIsReadToItsEnd(int length) throws Exception {
    try (Accepted open = accept(false)) {
      byte[] all = random(7, length);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> unchecked(() -> assertThat(open.client.send(all)).isEqualTo(length)), THREADS);
      if (length < MUCH) {
        sending.get();
        open.client.finish();
      } else {
        sending.thenRun(() -> unchecked(open.client::finish));
      }
      assertThat(open.proxy.receiveAll(length + 1)).matches(same(all));
      CompletableFuture.runAsync(
          () ->
              unchecked(
                  () -> {
                    open.proxy.send(all);
                    open.proxy.close();
                  }),
          THREADS);
      assertThat(open.client.receiveAll(length + 1)).matches(same(all));
      // What is sent at once and is more than may wait goes by TCP.
      assertThat(bytes()).isEqualTo(length < MUCH ? length : 0);
    }
  }

  @Test
  void aResetIsSeenAfterWhatWasSentBefore() throws Exception {
    try (Accepted open = accept(false)) {
      open.client.sendLine("last words");
      open.client.lingerZero();
      open.client.close();
      assertThat(open.proxy.readLine()).isEqualTo("last words");
      Tcp.Failed failed = catchThrowableOfType(Tcp.Failed.class, open.proxy::readLine);
      assertThat(failed).isNotNull();
      assertThat(failed.errno).isEqualTo(Tcp.ECONNRESET);
      assertThat(bytes()).isEqualTo(11);
    }
  }

  /** What is sent to a socket that has been closed is answered by a reset, as ever. */
  @Test
  void whoWritesToAClosedEndIsTold() throws Exception {
    try (Accepted open = accept(false)) {
      open.proxy.close();
      assertThat(open.client.readLine()).isNull();
      open.client.sendLine("too late");
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          catchThrowableOfType(
                              Tcp.Failed.class, () -> open.client.sendLine("and again")))
                      .isNotNull());
      assertThat(bytes()).isZero();
    }
  }

  /**
   * A reader that does not read holds its writer back, and costs the node no more than a buffer.
   */
  @Test
  void whoeverDoesNotReadHoldsTheOtherBack() throws Exception {
    try (Accepted open = accept(false)) {
      byte[] all = random(8, 64 << 20);
      int sent = open.client.send(all);
      assertThat(sent).isLessThan(16 << 20);
      assertThat(bytes()).isLessThanOrEqualTo(512 << 10);
      assertThat(open.proxy.receiveAll(sent)).matches(same(Arrays.copyOf(all, sent)));
    }
  }

  /** A message takes more memory than it has bytes. */
  @Test
  void manySmallMessagesAreHeldBackSooner() throws Exception {
    try (Accepted open = accept(false)) {
      byte[] all = random(9, 5_000);
      for (byte one : all) {
        open.client.send(new byte[] {one});
      }
      assertThat(bytes()).isBetween(100L, 512L);
      assertThat(open.proxy.receiveAll(all.length)).matches(same(all));
    }
  }

  /** The kernel may encrypt for such sockets, and what it would show us is not what goes out. */
  @Test
  void tlsStaysWithTcp() throws Exception {
    try (Accepted open = accept(false)) {
      byte[] hello = {0x16, 3, 1, 0, 1, 1};
      open.client.send(hello);
      assertThat(open.proxy.receiveAll(hello.length)).isEqualTo(hello);
      open.proxy.sendLine("reply");
      assertThat(open.client.readLine()).isEqualTo("reply");
      assertThat(bytes()).isZero();
    }
  }

  /** A reset, say, would wake it with EAGAIN. */
  @Test
  void aClientThatWaitsInTheKernelStaysWithTcp() throws Exception {
    Tcp listening = listen(false);
    applyBoth();
    InetSocketAddress server = new InetSocketAddress(Node.podTwo(false), PORT);
    try (Tcp client = node.one.call(() -> Tcp.waiting(server, 3));
        Tcp proxy = listening.accept()) {
      client.sendLine("question");
      assertThat(proxy.readLine()).isEqualTo("question");
      proxy.sendLine("reply");
      assertThat(client.readLine()).isEqualTo("reply");
      assertThat(connections()).isZero();
    } finally {
      listening.close();
    }
  }

  /** TCP tells its program when the memory is free again, the short-cut would not. */
  @Test
  void whoSendsWithoutCopyingStaysWithTcp() throws Exception {
    try (Accepted open = accept(false)) {
      open.client.zeroCopy();
      open.client.sendLine("question");
      assertThat(open.proxy.readLine()).isEqualTo("question");
      assertThat(bytes()).isZero();
    }
  }

  /** What the proxy sends is in the pod's socket as TCP's, where splice finds it. */
  @Test
  void aPodMaySplice() throws Exception {
    try (Accepted open = accept(false)) {
      open.client.sendLine("question");
      assertThat(open.proxy.readLine()).isEqualTo("question");
      open.proxy.sendLine("reply");
      assertThat(open.client.splice("reply\n".length())).isEqualTo("reply\n");
      assertThat(bytes()).isEqualTo(9);
    }
  }

  @Test
  void connectionsGoOnByTcpWhenItIsClosed() throws Exception {
    try (Accepted open = accept(false)) {
      open.client.sendLine("before");
      assertThat(open.proxy.readLine()).isEqualTo("before");
      datapath.close();
      open.client.sendLine("after");
      assertThat(open.proxy.readLine()).isEqualTo("after");
      open.proxy.sendLine("reply");
      assertThat(open.client.readLine()).isEqualTo("reply");
    }
  }

  @Test
  void withoutItAllGoesByTcp() throws Exception {
    datapath.close();
    datapath = node.node.call(() -> Datapath.open(state, false));
    try (Accepted open = accept(false)) {
      open.client.sendLine("question");
      assertThat(open.proxy.readLine()).isEqualTo("question");
      assertThat(datapath.shortCut()).isEqualTo(ShortCutUse.NONE);
    }
  }

  /** Without megabytes in the message of the failure. */
  private static Predicate<byte[]> same(byte[] expected) {
    return actual -> Arrays.equals(actual, expected);
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static CompletableFuture<Void> sendInPieces(Tcp to, byte[] all, int seed) {
    return CompletableFuture.runAsync(
        () -> {
          Random dice = new Random(seed);
          for (int at = 0; at < all.length; ) {
            int most = dice.nextInt(8) == 0 ? 300_000 : 3_000;
            int end = Math.min(all.length, at + 1 + dice.nextInt(most));
            byte[] piece = Arrays.copyOfRange(all, at, end);
            unchecked(() -> assertThat(to.send(piece)).isEqualTo(piece.length));
            at = end;
          }
        },
        THREADS);
  }

  private static byte[] receiveInPieces(Tcp from, int length, int seed) {
    Random dice = new Random(seed);
    byte[] all = new byte[length];
    for (int at = 0; at < length; ) {
      int most = Math.min(length - at, 1 + dice.nextInt(100_000));
      byte[][] some = new byte[1][];
      unchecked(() -> some[0] = from.receive(most));
      assertThat(some[0]).isNotEmpty();
      System.arraycopy(some[0], 0, all, at, some[0].length);
      at += some[0].length;
    }
    return all;
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void unchecked(Attempt attempt) {
    try {
      attempt.run();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
