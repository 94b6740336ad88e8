package io.sluice.app.agent.takeover;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an agent that wants to take over asks the one that is in charge: a Unix socket that only
 * processes of the same user reach. It serves one at a time, none for longer than its limits, and
 * is closed for good by the first that takes over.
 *
 * <p>Its file stays when it was shown: it is the successor's by then, who puts its own in its
 * place.
 */
public final class Door implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  /** For the other to make everything ready. */
  private static final Duration ASKED_LIMIT = Duration.ofSeconds(90);

  /** So much later than the other ends itself it must have. */
  private static final Duration END_LIMIT = Duration.ofSeconds(2);

  /** When it has failed for want of descriptors, one may be had by then. */
  private static final long RETRY_SECONDS = 1;

  private final Path unshown;
  private final ServerSocketChannel listener;
  private final UserPrincipal owner;
  private final Conversation.Content state;
  private final Incumbent incumbent;

  private Door(
      Path unshown,
      ServerSocketChannel listener,
      UserPrincipal owner,
      Conversation.Content state,
      Incumbent incumbent) {
    this.unshown = unshown;
    this.listener = listener;
    this.owner = owner;
    this.state = state;
    this.incumbent = incumbent;
  }

  /**
   * Makes one that nobody finds yet, in a folder that only its owner can enter: so everything that
   * can fail has failed before the agent is in charge.
   *
   * @param file its address once it is shown
   * @param steer the options that say how the incumbent steers
   * @param state where it keeps its state
   * @param finishing how long it may take to finish once another is in charge
   * @throws IOException if it can't be had
   */
  public static Door make(
      Path file, String steer, Path state, Duration finishing, Incumbent incumbent)
      throws IOException {
    Path unshown = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(unshown);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(unshown));
      Files.setPosixFilePermissions(unshown, PosixFilePermissions.fromString("rw-------"));
      return new Door(
          unshown,
          listener,
          Files.getOwner(unshown),
          out -> {
            out.writeUTF(steer);
            out.writeUTF(state.toAbsolutePath().toString());
            out.writeLong(finishing.toMillis());
          },
          incumbent);
    } catch (IOException failure) {
      listener.close();
      throw failure;
    }
  }

  /**
   * Opens it: puts it in the place of the one before.
   *
   * @throws IOException if it can't be put there
   */
  public void show(Path file) throws IOException {
    Files.move(unshown, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Thread.ofPlatform().name("take-over").daemon().start(this::accept);
  }

  private void accept() {
    while (listener.isOpen()) {
      try (SocketChannel channel = listener.accept()) {
        hear(channel);
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException failure) {
        LOG.warn("nobody can take over, it is tried again: {}", failure.toString());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(RETRY_SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void hear(SocketChannel channel) {
    try {
      if (owner.equals(channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user())) {
        serve(new Conversation(channel));
      } else {
        LOG.warn("somebody else than {} has knocked, and is not heard", owner);
      }
    } catch (IOException | RuntimeException failure) {
      LOG.warn("an agent that wants to take over is not heard: {}", failure.toString());
    }
  }

  private void serve(Conversation conversation) throws IOException {
    if (!isAsked(conversation)) {
      return;
    }
    Successor successor = new Successor(conversation);
    try {
      incumbent.giveTo(successor);
    } catch (IOException | RuntimeException refused) {
      String reason = String.valueOf(refused.getMessage());
      takeBack(successor, "it was refused: " + reason);
      conversation.send(Conversation.Kind.REFUSED, out -> out.writeUTF(reason));
      return;
    }
    String ending = follow(conversation, successor);
    if (ending != null) {
      takeBack(successor, ending);
    }
  }

  private boolean isAsked(Conversation conversation) throws IOException {
    try (Watchdog _ = conversation.within(Conversation.GREETING_LIMIT)) {
      conversation.begin();
      if (conversation.begun() != Conversation.VERSION) {
        return false; // it has been told our version, and says what to do
      }
      conversation.send(Conversation.Kind.STATE, state);
    }
    try (Watchdog _ = conversation.within(ASKED_LIMIT)) {
      Conversation.Message asked = conversation.receive();
      return asked != null && asked.kind() == Conversation.Kind.ASKED;
    }
  }

  /** Returns why nobody is in charge, or null when the successor was and has gone. */
  private @Nullable String follow(Conversation conversation, Successor successor) {
    boolean inCharge = false;
    String ending = "it has ended";
    try (Watchdog charge =
        new Watchdog(Conversation.CHARGE_LIMIT.plus(END_LIMIT), () -> overdue(conversation))) {
      conversation.send(Conversation.Kind.GIVEN);
      successor.follow();
      for (Conversation.Message message = conversation.receive();
          message != null;
          message = conversation.receive()) {
        switch (message.kind()) {
          case IN_CHARGE -> {
            charge.end();
            inCharge = true;
            listener.close();
            incumbent.replaced();
          }
          case IN_FORCE -> successor.answered(message.content().readLong(), true);
          case NOT_IN_FORCE -> successor.answered(message.content().readLong(), false);
          default -> throw new IOException("unexpected " + message.kind());
        }
      }
    } catch (IOException | RuntimeException broken) {
      ending = broken.toString();
    }
    if (inCharge) {
      successor.fail();
      return null;
    }
    return ending;
  }

  /** It ends itself when it is late, unless it is stopped or hangs in the kernel. */
  private void overdue(Conversation conversation) {
    if (incumbent.regain()) {
      conversation.close();
    } else {
      LOG.error(
          "the agent that takes over is not in charge after {} s, and nobody else can be before it"
              + " ends: policy and learned names stay as they are (kill it, and this one goes on)",
          Conversation.CHARGE_LIMIT.toSeconds());
    }
  }

  private void takeBack(Successor successor, String ending) throws IOException {
    if (incumbent.takeBack()) {
      LOG.warn("the agent that was to take over is not in charge ({}): this one goes on", ending);
      successor.giveBack(incumbent);
    } else {
      LOG.warn("the agent that was to take over has ended ({}), and a third is in charge", ending);
      successor.fail();
      listener.close();
      incumbent.replaced();
    }
  }

  /** Hears nobody any more. */
  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(unshown);
  }
}
