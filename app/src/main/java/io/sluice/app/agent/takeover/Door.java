package io.sluice.app.agent.takeover;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an agent that wants to take over asks the one that is in charge: a Unix socket that only
 * processes of the same user reach. It serves one at a time, and is closed for good by the first
 * that takes over.
 *
 * <p>The file stays: it is the successor's by then, who puts its own in its place.
 */
public final class Door implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final ServerSocketChannel listener;
  private final UserPrincipal owner;
  private final String steer;
  private final Path state;
  private final Incumbent incumbent;

  private Door(
      ServerSocketChannel listener,
      UserPrincipal owner,
      String steer,
      Path state,
      Incumbent incumbent) {
    this.listener = listener;
    this.owner = owner;
    this.steer = steer;
    this.state = state;
    this.incumbent = incumbent;
  }

  /**
   * Opens it, in a folder that only its owner can enter.
   *
   * @param file its address; what is there is replaced
   * @param steer the options that say how the incumbent steers
   * @param state where it keeps its state
   * @throws IOException if it can't be had
   */
  public static Door open(Path file, String steer, Path state, Incumbent incumbent)
      throws IOException {
    Files.deleteIfExists(file);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(file));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      Door door =
          new Door(listener, Files.getOwner(file), steer, state.toAbsolutePath(), incumbent);
      Thread.ofPlatform().name("take-over").daemon().start(door::accept);
      return door;
    } catch (IOException failure) {
      listener.close();
      throw failure;
    }
  }

  private void accept() {
    while (listener.isOpen()) {
      try (SocketChannel channel = listener.accept()) {
        if (owner.equals(channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user())) {
          serve(new Conversation(channel));
        } else {
          LOG.warn("somebody else than {} has knocked, and is not heard", owner);
        }
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException | RuntimeException failure) {
        LOG.warn("an agent that wants to take over is not heard: {}", failure.toString());
      }
    }
  }

  private void serve(Conversation conversation) throws IOException {
    conversation.begin();
    if (conversation.begun() != Conversation.VERSION) {
      return; // it has been told our version, and says what to do
    }
    conversation.send(
        Conversation.Kind.STATE,
        out -> {
          out.writeUTF(steer);
          out.writeUTF(state.toString());
        });
    Conversation.Message asked = conversation.receive();
    if (asked == null || asked.kind() != Conversation.Kind.ASKED) {
      return;
    }
    Successor successor = new Successor(conversation);
    try {
      incumbent.giveTo(successor);
    } catch (IOException refused) {
      String reason = String.valueOf(refused.getMessage());
      LOG.warn("another agent can't take over: {}", reason);
      successor.giveBack(incumbent);
      conversation.send(Conversation.Kind.REFUSED, out -> out.writeUTF(reason));
      return;
    }
    String ending = follow(conversation, successor);
    if (ending != null) {
      takeBack(successor, ending);
    }
  }

  /** Returns why nobody is in charge, or null when the successor was and has gone. */
  private @Nullable String follow(Conversation conversation, Successor successor) {
    boolean inCharge = false;
    String ending = "it has ended";
    try {
      conversation.send(Conversation.Kind.GIVEN);
      successor.follow();
      for (Conversation.Message message = conversation.receive();
          message != null;
          message = conversation.receive()) {
        switch (message.kind()) {
          case IN_CHARGE -> {
            inCharge = true;
            listener.close();
            incumbent.replaced();
          }
          case IN_FORCE -> successor.answered(message.content().readLong(), true);
          case NOT_IN_FORCE -> successor.answered(message.content().readLong(), false);
          default -> throw new IOException("unexpected " + message.kind());
        }
      }
    } catch (IOException broken) {
      ending = broken.toString();
    }
    if (inCharge) {
      successor.fail();
      return null;
    }
    return ending;
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
  }
}
