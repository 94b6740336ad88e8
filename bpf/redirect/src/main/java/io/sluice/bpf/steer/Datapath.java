package io.sluice.bpf.steer;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Steers and judges the TCP connections of local pods in the network namespace of the calling
 * thread.
 *
 * <p>What it attaches outlives it: after {@link #close} (or a crash) the last state stays in force,
 * and what would be steered is dropped until another datapath is opened in the same namespace.
 */
public final class Datapath implements AutoCloseable {

  private Datapath() {}

  /**
   * Loads the programs and makes devices, rules, routes and settings that steering needs;
   * idempotent. No interface of a pod is touched before {@link #apply}.
   *
   * @param stateDir where the settings that {@link #cleanup} puts back are kept, by namespace
   * @throws DatapathException names what the machine lacks and what to do
   */
  public static Datapath open(Path stateDir) throws DatapathException {
    throw new UnsupportedOperationException();
  }

  /**
   * Gives a listening, transparent TCP socket the connections of a slot, and marks it so that its
   * answers are recognised. The kernel forgets it when the socket closes.
   *
   * @throws DatapathException if the descriptor is no listening TCP socket
   */
  public void listen(Listener slot, int listeningSocketFd) throws DatapathException {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts the complete desired state in force and writes only what differs, in an order in which
   * every packet meanwhile gets the old verdict or the new one. An endpoint that can't be enforced
   * is named in the result; the others proceed.
   *
   * @throws DatapathException if a map is full or the kernel refuses an entry
   */
  public Applied apply(DatapathState desired) throws DatapathException {
    throw new UnsupportedOperationException();
  }

  /**
   * Calls {@code sink} for refused connection attempts, on one daemon thread; at most about 100 a
   * second for each endpoint, see {@link #suppressed()}. To be called once.
   */
  public void onRefused(Consumer<RefusedPacket> sink) throws DatapathException {
    throw new UnsupportedOperationException();
  }

  /** How many refused connection attempts were not reported since {@link #open}. */
  public long suppressed() {
    throw new UnsupportedOperationException();
  }

  /** Frees what this process holds; what is attached stays and fails closed. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  /**
   * Removes everything that was ever made in this namespace and puts settings back; idempotent, and
   * needs no agent. Filters of others stay.
   *
   * @throws DatapathException names what could not be removed
   */
  public static void cleanup(Path stateDir) throws DatapathException {
    throw new UnsupportedOperationException();
  }
}
