package io.sluice.app.agent.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.app.exit.Refusal;
import io.sluice.dns.learn.Heir;
import io.sluice.dns.learn.LearnedAddress;
import io.sluice.dns.learn.LearnedName;
import io.sluice.dns.match.DnsName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What two agents say to each other over a real socket, and what is done when one falls silent. */
@Timeout(60)
class DoorTest {
  private static final String STEER = "--steer tc";

  @TempDir private Path folder;
  private final Given given = new Given();
  private Path file;
  private Door door;

  /** What happens to what is given. */
  private static final class Given implements Incumbent {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<LearnedName> learned = new CopyOnWriteArrayList<>();
    private volatile @Nullable Heir heir;
    private volatile @Nullable RuntimeException failing;
    private volatile boolean thirdInCharge;

    @Override
    public void giveTo(Heir to) {
      calls.add("give");
      heir = to;
      RuntimeException failure = failing;
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public boolean regain() {
      return false;
    }

    @Override
    public boolean takeBack() {
      calls.add("take back");
      return !thirdInCharge;
    }

    @Override
    public @Nullable CompletableFuture<Void> learn(LearnedName name) {
      learned.add(name);
      return null;
    }

    @Override
    public void replaced() {
      calls.add("replaced");
    }
  }

  @BeforeEach
  void open() throws Exception {
    file = folder.resolve("door");
    door = Door.make(file, STEER, folder, Duration.ofSeconds(1), given);
    door.show(file);
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  private Predecessor predecessor() throws Refusal {
    return Predecessor.at(file, STEER, folder);
  }

  private static LearnedName name(int addresses) {
    return new LearnedName(
        "prod/a",
        Objects.requireNonNull(DnsName.of("a.example.com")),
        Collections.nCopies(
            addresses, new LearnedAddress(InetAddress.ofLiteral("192.0.2.1"), 1_000)));
  }

  @Test
  void isFoundOnlyOnceItIsShown() throws Exception {
    Path other = folder.resolve("other");
    try (Door hidden = Door.make(other, STEER, folder, Duration.ZERO, given)) {
      assertThatThrownBy(() -> Predecessor.at(other, STEER, folder)).isInstanceOf(Refusal.class);
      // In the place of one that is there.
      hidden.show(file);
      try (Predecessor predecessor = predecessor()) {
        predecessor.ask();
      }
    }
    assertThat(folder.toFile().list()).containsExactly("door");
  }

  @Test
  void whatIsLearnedByTheOneBeforeIsLearnedByTheNext() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (Predecessor predecessor = predecessor()) {
      predecessor.ask();
      CompletableFuture<Void> early = Objects.requireNonNull(given.heir).learn(name(1));
      List<LearnedName> inherited = new CopyOnWriteArrayList<>();
      predecessor.replace(
          learned -> {
            inherited.add(learned);
            return null;
          },
          gone::countDown);
      assertThat(early).succeedsWithin(Duration.ofSeconds(5));
      assertThat(Objects.requireNonNull(given.heir).learn(name(2)))
          .succeedsWithin(Duration.ofSeconds(5));
      assertThat(inherited).containsExactly(name(1), name(2));
      assertThat(given.calls).containsExactly("give", "replaced");
    }
    assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(Objects.requireNonNull(given.heir).learn(name(1))).failsWithin(5, TimeUnit.SECONDS);
  }

  @Test
  void whoEndsBeforeItIsInChargeGivesBackWhatItWasToLearn() throws Exception {
    CompletableFuture<Void> usable;
    try (Predecessor predecessor = predecessor()) {
      predecessor.ask();
      usable = Objects.requireNonNull(given.heir).learn(name(1));
      assertThat(usable).isNotDone();
    }
    assertThat(usable).succeedsWithin(Duration.ofSeconds(5));
    assertThat(given.learned).containsExactly(name(1));
    assertThat(given.calls).containsExactly("give", "take back");

    // And the next one is heard.
    try (Predecessor predecessor = predecessor()) {
      predecessor.ask();
    }
    await().until(() -> given.calls.size() == 4);
  }

  @Test
  void whoFindsAThirdInChargeHasBeenReplaced() throws Exception {
    given.thirdInCharge = true;
    try (Predecessor predecessor = predecessor()) {
      predecessor.ask();
    }
    await()
        .untilAsserted(
            () -> assertThat(given.calls).containsExactly("give", "take back", "replaced"));
    assertThatThrownBy(this::predecessor).isInstanceOf(Refusal.class);
  }

  /** However it fails: what was given up to then is taken back. */
  @Test
  void whatIsGivenOnlyHalfIsTakenBack() throws Exception {
    given.failing = new IllegalStateException("no more threads");
    try (Predecessor predecessor = predecessor()) {
      assertThatThrownBy(predecessor::ask)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("no more threads");
    }
    assertThat(given.calls).containsExactly("give", "take back");
  }

  @Test
  void aSilentOneKeepsNobodyOut() throws Exception {
    try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(file));
        SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
      assertThat(other.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes()))).isPositive();
      try (Predecessor predecessor = predecessor()) {
        predecessor.ask();
      }
      assertThat(silent.isOpen()).isTrue();
    }
  }

  @Test
  void noMoreNamesWaitThanThereIsRoomFor() throws Exception {
    try (Predecessor predecessor = predecessor()) {
      predecessor.ask();
      Heir heir = Objects.requireNonNull(given.heir);
      CompletableFuture<Void> fits = heir.learn(name(Successor.MOST_ADDRESSES));
      assertThat(heir.learn(name(1)))
          .failsWithin(5, TimeUnit.SECONDS)
          .withThrowableOfType(java.util.concurrent.ExecutionException.class)
          .withCauseInstanceOf(IOException.class);
      assertThat(fits).isNotDone();
    }
  }
}
