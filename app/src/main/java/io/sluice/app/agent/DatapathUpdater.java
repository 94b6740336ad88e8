package io.sluice.app.agent;

import io.sluice.bpf.steer.Applied;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.EndpointEntry;
import io.sluice.bpf.steer.JudgedPacket;
import io.sluice.bpf.steer.ShortCutUse;
import io.sluice.bpf.steer.Steering;
import io.sluice.proxy.observe.PacketFlow;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.PolicySnapshot;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the kernel in step with the snapshot in force: always the newest one, on a thread of its
 * own, so that a swap never waits for the kernel; what failed is tried again.
 */
final class DatapathUpdater implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatapathUpdater.class);

  /** Also how soon an interface or an address that has appeared is taken into account. */
  private static final int RETRY_SECONDS = 2;

  private final Steering steering;
  private final Withdrawal otherSteering;
  private final CurrentPolicy policy;
  private final PacketSettings settings;
  private final RuleNumbers rules = new RuleNumbers();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("datapath").daemon().factory());
  private final AtomicBoolean asked = new AtomicBoolean();
  private final AtomicBoolean applied = new AtomicBoolean();
  private Set<InetAddress> nodeAddresses = Set.of();
  private long inKernel;
  private volatile long suppressed;
  private volatile ShortCutUse shortCut = ShortCutUse.NONE;

  /** Of the thread. */
  private boolean alone;

  private boolean ready;

  private volatile State state = new State(DatapathPlan.EMPTY, List.of(), null);

  private Stage stage = Stage.IN_CHARGE;

  /** Whose the kernel is. */
  private enum Stage {
    /** Another process's still; what takes long is done already. */
    AHEAD,
    /** This one's. */
    IN_CHARGE,
    /** Another process's by now: nothing is written any more. */
    RETIRED
  }

  /** Takes something out of force. */
  interface Withdrawal {
    void withdraw() throws DatapathException;
  }

  /**
   * The last attempt.
   *
   * @param plan what was planned
   * @param problems every endpoint that is not enforced as it should be
   * @param failure why the kernel refused the whole, or null
   */
  record State(DatapathPlan plan, List<DatapathPlan.Problem> problems, @Nullable String failure) {}

  /**
   * Makes one that does nothing yet.
   *
   * @param otherSteering takes away what steers in another way, once this does
   */
  DatapathUpdater(
      Steering steering, Withdrawal otherSteering, CurrentPolicy policy, PacketSettings settings) {
    this.steering = steering;
    this.otherSteering = otherSteering;
    this.policy = policy;
    this.settings = settings;
  }

  /** Starts to follow the snapshots. */
  void start() {
    policy.watch(next -> request());
    thread.scheduleWithFixedDelay(this::update, 0, RETRY_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Starts to follow the snapshots, but only makes ready what {@link #takeCharge} puts in force:
   * another process still judges.
   */
  void startAhead() {
    synchronized (this) {
      stage = Stage.AHEAD;
    }
    start();
  }

  /**
   * Waits until a first snapshot is ready to be put in force.
   *
   * @throws DatapathException if the kernel refuses it, or none comes in time
   */
  synchronized void awaitReady(Duration limit) throws DatapathException {
    long end = System.nanoTime() + limit.toNanos();
    while (!ready) {
      String failure = state.failure();
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (failure != null || left <= 0) {
        throw new DatapathException(
            failure != null
                ? failure
                : "no policy has come from the control plane within " + limit.toSeconds() + " s");
      }
      try {
        wait(left);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new DatapathException("interrupted while waiting for policy");
      }
    }
  }

  /**
   * Puts the newest snapshot in force and goes on doing so; nobody else does by now.
   *
   * @throws DatapathException if the kernel refuses it; it is tried again
   */
  synchronized void takeCharge() throws DatapathException {
    stage = Stage.IN_CHARGE;
    update();
    String failure = state.failure();
    if (failure != null) {
      throw new DatapathException(failure);
    }
  }

  /** Writes nothing any more: another process is about to; what is under way has ended. */
  synchronized void giveCharge() {
    stage = Stage.RETIRED;
    steering.retire();
  }

  /** Asks for an update soon; many requests at once are one. */
  private void request() {
    if (!thread.isShutdown() && asked.compareAndSet(false, true)) {
      thread.execute(this::update);
    }
  }

  private synchronized void update() {
    // Cleared before the snapshot is read: a swap from here on asks again.
    asked.set(false);
    PolicySnapshot snapshot = policy.get();
    if (snapshot.version() == 0 || stage == Stage.RETIRED) {
      return;
    }
    State before = state;
    State after = attempt(snapshot, before);
    state = after;
    after.problems().stream()
        .filter(problem -> !before.problems().contains(problem))
        .forEach(
            problem ->
                LOG.warn(
                    "endpoint {}: {}: {}", problem.endpoint(), problem.field(), problem.reason()));
    String failure = after.failure();
    if (failure == null) {
      ready = true;
      if (stage == Stage.IN_CHARGE && !applied.getAndSet(true)) {
        LOG.info(
            "enforcing on {} interfaces",
            after.plan().state().endpoints().stream().filter(EndpointEntry::judged).count());
      }
    } else if (!failure.equals(before.failure())) {
      LOG.error("the kernel does not have policy version {}: {}", snapshot.version(), failure);
    }
    notifyAll();
  }

  /**
   * Tells the kernel who these addresses are by the snapshot in force; when it returns, packets are
   * judged so.
   *
   * @throws DatapathException if that can't be done; it is tried again, but the caller need not
   *     wait
   */
  synchronized void learned(Collection<InetAddress> addresses) throws DatapathException {
    if (stage != Stage.IN_CHARGE) {
      // It is part of what will be put in force, or somebody else's business.
      return;
    }
    PolicySnapshot snapshot = policy.get();
    if (snapshot.version() != inKernel) {
      // It holds rules that the kernel does not know yet.
      update();
      String failure = state.failure();
      if (failure != null) {
        throw new DatapathException(failure);
      }
      return;
    }
    Map<InetAddress, Integer> known = DatapathPlan.learned(snapshot, addresses, nodeAddresses);
    List<InetAddress> forgotten =
        addresses.stream().filter(address -> !known.containsKey(address)).toList();
    steering.learn(known, forgotten);
  }

  /** Those of the addresses that pods are connected to past the proxy. */
  Set<InetAddress> connected(Set<InetAddress> addresses) throws DatapathException {
    return steering.connected(addresses);
  }

  private State attempt(PolicySnapshot snapshot, State before) {
    try {
      nodeAddresses = NodeAddresses.read();
      DatapathPlan plan = DatapathPlan.of(snapshot, nodeAddresses, rules, settings);
      List<DatapathPlan.Problem> problems = new ArrayList<>(plan.problems());
      if (stage == Stage.AHEAD) {
        steering.prepare(plan.state());
        return new State(plan, List.copyOf(problems), null);
      }
      Applied done = steering.apply(plan.state());
      withdrawOther();
      for (Applied.Unattached unattached : done.unattached()) {
        String name = plan.name(unattached.endpoint().id());
        problems.add(
            new DatapathPlan.Problem(name, DatapathPlan.INTERFACE_FIELD, unattached.reason()));
      }
      for (Applied.Closed closed : done.closed()) {
        problems.add(
            new DatapathPlan.Problem(plan.name(closed.endpoint()), "policy", closed.reason()));
      }
      for (Applied.Overtaken overtaken : done.overtaken()) {
        problems.add(
            new DatapathPlan.Problem(
                plan.name(overtaken.endpoint()), DatapathPlan.INTERFACE_FIELD, overtaken.reason()));
      }
      inKernel = snapshot.version();
      return new State(plan, List.copyOf(problems), null);
    } catch (DatapathException | SocketException | RuntimeException e) {
      return new State(before.plan(), before.problems(), String.valueOf(e.getMessage()));
    }
  }

  /** Once; what has failed is tried again with the next attempt. */
  private void withdrawOther() throws DatapathException {
    if (!alone) {
      otherSteering.withdraw();
      alone = true;
    }
  }

  /** What this kind of steering does not do. */
  List<String> limits() {
    return steering.limits();
  }

  /** Whether a snapshot is in force in the kernel. */
  boolean isApplied() {
    return applied.get();
  }

  /** The last attempt. */
  State state() {
    return state;
  }

  /** The flow of the kernel's verdict on a packet; null if its endpoint is there no more. */
  @Nullable PacketFlow flow(JudgedPacket packet) {
    Endpoint endpoint = state.plan().endpoints().get(packet.endpoint());
    return endpoint == null
        ? null
        : KernelFlows.of(packet, endpoint, rules.rule(packet.rule()), policy.get());
  }

  /** How many verdicts the kernel has not told us, for there were too many; never less. */
  long suppressedFlows() {
    try {
      suppressed = Math.max(suppressed, steering.suppressed());
    } catch (DatapathException e) {
      LOG.debug("the count of suppressed flows is that of the last time", e);
    }
    return suppressed;
  }

  /** What passes TCP/IP by; that of the last time if the kernel does not tell. */
  ShortCutUse shortCut() {
    try {
      shortCut = steering.shortCut();
    } catch (DatapathException e) {
      LOG.debug("the use of the short-cut is that of the last time", e);
    }
    return shortCut;
  }

  /** Stops following; what is in force stays. */
  @Override
  public void close() {
    thread.close();
  }
}
