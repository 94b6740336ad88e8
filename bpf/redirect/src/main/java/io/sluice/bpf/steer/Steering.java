package io.sluice.bpf.steer;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Judges the packets of local pods, and steers their connections, in the network namespace that it
 * was opened in: by programs on their interfaces ({@link Datapath}) or by rules of nftables.
 *
 * <p>What it puts in force outlives it: after {@link #close} (or a crash) the last state stays, and
 * what would be steered is dropped until another one is opened in the same namespace, but for what
 * may pass meanwhile ({@link PolicyEntry.Action#STEER_OR_PASS}).
 *
 * <p>Thread-safe; every call has to come from a thread of that namespace.
 */
public interface Steering extends AutoCloseable {
  /**
   * Gives a transparent socket the connections, or the datagrams, of a slot from the next {@link
   * #apply} on, and marks it so that its answers are recognised. A closed one gets none.
   *
   * @throws DatapathException if the descriptor is no listening TCP socket, or no UDP socket, as
   *     the slot wants it
   */
  void listen(Listener slot, int socketFd) throws DatapathException;

  /**
   * Does beforehand what of {@link #apply} takes long and touches no packet, so that the first of
   * those is quick; before it only.
   *
   * @throws DatapathException if the kernel refuses it
   */
  void prepare(DatapathState desired) throws DatapathException;

  /**
   * Puts the complete desired state in force, without a moment in which a packet gets another
   * verdict than the old one or the new one. An endpoint that can't be enforced, or whose policy
   * has no room and which is therefore denied everything, is named in the result; the others
   * proceed. If another process has put a state of its own in force meanwhile, it is replaced.
   *
   * @throws DatapathException if the kernel refuses it; nothing that was denied is open by that
   */
  Applied apply(DatapathState desired) throws DatapathException;

  /**
   * Begins nothing new until the next {@link #apply}: another process is about to put a state of
   * its own in force. What has begun goes on.
   */
  void retire();

  /**
   * Changes who some addresses are by their names, beside the state in force, which must hold what
   * the policy says of their identities already; the next state has to say the same. When this
   * returns, the next packet to any of them is judged so.
   *
   * @param learned who addresses are now
   * @param forgotten addresses that are nobody else by their names any more; who is connected to
   *     one is judged anew
   * @throws DatapathException if a map is full or the kernel refuses an entry
   */
  void learn(Map<InetAddress, Integer> learned, Collection<InetAddress> forgotten)
      throws DatapathException;

  /**
   * Those of some addresses to which a pod's connection, or what stands for one without
   * connections, is known and has not ended.
   *
   * @throws DatapathException if the kernel does not tell
   */
  Set<InetAddress> connected(Set<InetAddress> addresses) throws DatapathException;

  /**
   * Calls {@code sink}, on one daemon thread, for the first packet of each connection that is
   * allowed past the proxy in a judged direction, and for refused packets: at most about 100 a
   * second for each endpoint, see {@link #suppressed()}. To be called once.
   */
  void onVerdict(Consumer<JudgedPacket> sink) throws DatapathException;

  /** How many verdicts were not reported since this was opened, for there were too many. */
  long suppressed() throws DatapathException;

  /**
   * What passes TCP/IP by.
   *
   * @throws DatapathException if the kernel does not tell
   */
  ShortCutUse shortCut() throws DatapathException;

  /** What this kind of steering does not do, in sentences for an operator. */
  List<String> limits();

  /** Frees what this process holds; what is in force stays. */
  @Override
  void close();
}
