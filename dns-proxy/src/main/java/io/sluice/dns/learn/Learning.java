package io.sluice.dns.learn;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Query;
import io.sluice.dns.match.DnsName;
import io.sluice.dns.relay.Learner;
import io.sluice.proxy.policy.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the endpoints of this node have learned: taken in on event loops without ever blocking them,
 * put in force before the answer is released, forgotten in time, and kept across restarts.
 */
public final class Learning implements Learner, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Learning.class);
  private static final long SWEEP_MILLIS = 5_000;

  /** How exactly times are kept. */
  private static final long STEP_MILLIS = 5_000;

  /** What is said again without a change waits so long at most. */
  private static final long WRITE_MILLIS = 500;

  /** The journal has what is wanted: the file is for all, and all of it is written. */
  private static final long SAVE_MILLIS = 30_000;

  private static final long SETTLE_SECONDS = 3;

  /** Longer than an heir needs to hear that an address holds longer than it knew. */
  private static final long KNOWN_MILLIS = 10_000;

  private final LearnSettings settings;
  private final Liveness liveness;
  private final KeptNames kept;
  private final LongSupplier clock;

  private final Map<String, EndpointNames> endpoints = new ConcurrentHashMap<>();
  private final NamesByAddress names = new NamesByAddress();
  private final Handover handover;
  private final AtomicInteger size = new AtomicInteger();
  private final LongAdder forgottenNames = new LongAdder();
  private final LongAdder forgottenAddresses = new LongAdder();
  private final Evictions evictions;
  private volatile Set<InetAddress> living = Set.of();
  private volatile EndpointNames.Swept swept = EndpointNames.Swept.NOTHING;

  /** Held for writing while it is decided who learns: whoever has begun to, has ended by then. */
  private final ReadWriteLock whoLearns = new ReentrantReadWriteLock();

  private volatile @Nullable Heir heir;

  private final ScheduledExecutorService keeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("learned-names").daemon().factory());

  /**
   * Makes one that knows nothing.
   *
   * @param inForce what depends on learned addresses
   * @param liveness which addresses have connections
   * @param path the file that outlives this process, in a folder that is there; others of its name
   *     are beside it, and before {@link #start} they may be another process's
   */
  public Learning(LearnSettings settings, NamesInForce inForce, Liveness liveness, Path path) {
    this(settings, inForce, liveness, path, System::currentTimeMillis);
  }

  Learning(
      LearnSettings settings,
      NamesInForce inForce,
      Liveness liveness,
      Path path,
      LongSupplier clock) {
    this.settings = settings;
    this.evictions = new Evictions(settings);
    this.liveness = liveness;
    this.kept = new KeptNames(path, this::names);
    this.clock = clock;
    this.handover = new Handover(names, inForce, kept::write);
  }

  /**
   * Takes over what was known before a restart, puts it in force, and starts to keep time. To be
   * called before the first query is received.
   *
   * @throws IOException if the disk does not give what is there
   */
  public void start() throws IOException {
    kept.own();
    kept.read(this::take);
    LOG.info("{} addresses of names are known from before", size.get());
    handover.start();
    keeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    keeper.scheduleWithFixedDelay(kept::write, WRITE_MILLIS, WRITE_MILLIS, TimeUnit.MILLISECONDS);
    keeper.scheduleWithFixedDelay(this::save, SAVE_MILLIS, SAVE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Puts in force what another process has written down up to now and still writes, so that little
   * is left for {@link #start}. What can't be read is left for that, too.
   */
  public void startAhead() {
    try {
      kept.read(this::take);
    } catch (IOException beingWritten) {
      LOG.debug("names are read later", beingWritten);
    }
    handover.putChanged();
  }

  /**
   * Gives everything away: when this returns, all that was ever learned here is in force and in the
   * files, which are not written to any more, and what is learned from now on goes to the heir. The
   * other way is {@link #takeBack}.
   *
   * @throws IOException if it can't be saved in time; then it is as if nothing had been asked
   */
  public void giveTo(Heir to) throws IOException {
    boolean given = false;
    setHeir(to);
    try {
      handover.awaitEnd(SETTLE_SECONDS);
      keeper.submit(this::settle).get(SETTLE_SECONDS, TimeUnit.SECONDS);
      given = true;
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("learned names can't be settled: " + failure, failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while learned names are settled", interrupted);
    } finally {
      if (!given) {
        setHeir(null);
      }
    }
  }

  /** On the keeper's thread, so that nothing else of its is under way. */
  private @Nullable Void settle() throws IOException {
    kept.settle();
    return null;
  }

  /** Learns again, and knows also what the heir has written down. */
  public void takeBack() {
    try {
      kept.read(this::take);
    } catch (IOException | RuntimeException failure) {
      LOG.warn("what the heir has learned is lost: {}", failure.toString());
    }
    setHeir(null);
  }

  private void setHeir(@Nullable Heir to) {
    whoLearns.writeLock().lock();
    try {
      heir = to;
    } finally {
      whoLearns.writeLock().unlock();
    }
  }

  @Override
  public @Nullable CompletableFuture<Void> learn(Endpoint endpoint, Query query, Answer answer) {
    long now = clock.getAsLong();
    List<LearnedAddress> addresses = new ArrayList<>(answer.addresses().size());
    for (Answer.Given given : answer.addresses()) {
      if (!settings.publicOnly() || SpecialAddresses.isPublic(given.address())) {
        addresses.add(new LearnedAddress(given.address(), dueMillis(now, given.ttlSeconds())));
      }
    }
    if (addresses.isEmpty()) {
      return null;
    }
    String asker = endpoint.namespace() + "/" + endpoint.name();
    return learn(new LearnedName(asker, query.name(), addresses));
  }

  /** Learns what is in no message, as {@link #learn(Endpoint, Query, Answer)} does. */
  public @Nullable CompletableFuture<Void> learn(LearnedName learned) {
    whoLearns.readLock().lock();
    try {
      Heir instead = heir;
      if (instead != null) {
        CompletableFuture<Void> usable = instead.learn(learned);
        // What nobody remembers any longer than before is not told either.
        return !usable.isCompletedExceptionally() && isKnown(learned) ? null : usable;
      }
      boolean wanted = handover.wants(learned.name());
      if (!holds(learned, Long.MAX_VALUE)) {
        if (wanted) {
          kept.note(learned);
        }
        take(learned);
      }
      return wanted ? handover.pending(learned.addresses()) : null;
    } finally {
      whoLearns.readLock().unlock();
    }
  }

  /** Whether it is in force whoever judges: here, and where all was given to. */
  private boolean isKnown(LearnedName learned) {
    return holds(learned, clock.getAsLong() + KNOWN_MILLIS)
        && handover.pending(learned.addresses()) == null;
  }

  private boolean holds(LearnedName learned, long untilMillis) {
    EndpointNames known = endpoints.get(learned.endpoint());
    return known != null && known.holds(learned.name(), learned.addresses(), untilMillis);
  }

  /**
   * Up to the next whole {@link #STEP_MILLIS}: so all that a busy server says of a name in the
   * meantime is known already, and need not be written down again and again.
   */
  private long dueMillis(long now, long ttlSeconds) {
    long millis = TimeUnit.SECONDS.toMillis(ttlSeconds);
    long holds = Math.clamp(millis, settings.leastTtl().toMillis(), settings.mostTtl().toMillis());
    return Math.ceilDiv(now + holds, STEP_MILLIS) * STEP_MILLIS;
  }

  private void take(LearnedName learned) {
    endpoints.compute(
        learned.endpoint(),
        (key, before) -> {
          EndpointNames known = before == null ? new EndpointNames(settings) : before;
          known.learn(
              learned.name(), learned.addresses(), living, clock.getAsLong(), new Counted(key));
          return known;
        });
    kept.changed();
    while (size.get() > settings.addresses() && evictFromLargest()) {
      // until there is room
    }
  }

  private boolean evictFromLargest() {
    Map.Entry<String, EndpointNames> largest = null;
    int most = 0;
    for (Map.Entry<String, EndpointNames> one : endpoints.entrySet()) {
      if (one.getValue().size() > most) {
        most = one.getValue().size();
        largest = one;
      }
    }
    return largest != null
        && largest
            .getValue()
            .evictName(living, clock.getAsLong(), new Counted(largest.getKey()), Limit.NODE);
  }

  /** Forgets what is due; every five seconds, so that an address is shut soon after. */
  void sweep() {
    if (heir != null) {
      return;
    }
    try {
      long now = clock.getAsLong();
      Set<InetAddress> due = new HashSet<>();
      endpoints.values().forEach(one -> due.addAll(one.due(now)));
      if (due.isEmpty()) {
        swept = EndpointNames.Swept.NOTHING;
      } else {
        sweep(due, now);
      }
      handover.retry();
      evictions.tell(now).forEach(LOG::warn);
    } catch (RuntimeException fault) {
      LOG.error("what is due could not be forgotten; it is tried again", fault);
    }
  }

  private void sweep(Set<InetAddress> due, long now) {
    living = Set.copyOf(liveness.living(due));
    EndpointNames.Swept all = EndpointNames.Swept.NOTHING;
    for (Map.Entry<String, EndpointNames> one : endpoints.entrySet()) {
      all = all.plus(one.getValue().sweep(living, now, new Counted(one.getKey())));
    }
    forgottenNames.add(all.forgottenNames());
    forgottenAddresses.add(all.forgottenAddresses());
    swept = all;
    endpoints
        .keySet()
        .forEach(key -> endpoints.computeIfPresent(key, (k, one) -> one.size() == 0 ? null : one));
    kept.changed();
  }

  private void save() {
    if (heir == null) {
      kept.save();
    }
  }

  /** Everything that is known, ordered by endpoint. */
  public List<LearnedName> names() {
    List<LearnedName> all = new ArrayList<>();
    endpoints.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> all.addAll(entry.getValue().list(entry.getKey())));
    return all;
  }

  /** How many addresses are known, those of each name and endpoint by themselves. */
  public int size() {
    return size.get();
  }

  /** How many names have addresses, those of each endpoint by themselves. */
  public int nameCount() {
    return endpoints.values().stream().mapToInt(EndpointNames::nameCount).sum();
  }

  /** How many addresses were forgotten before their time, for want of room in that. */
  public long evicted(Limit limit) {
    return evictions.of(limit);
  }

  /** How many names have lost their last address because its time had ended. */
  public long forgottenNames() {
    return forgottenNames.sum();
  }

  /** How many addresses were forgotten because their time had ended. */
  public long forgottenAddresses() {
    return forgottenAddresses.sum();
  }

  /** How many names have addresses whose time has ended, and that connections keep. */
  public int overdueNames() {
    return swept.overdueNames();
  }

  /** How many addresses connections keep, or kept lately, though their time has ended. */
  public int overdueAddresses() {
    return swept.overdueAddresses();
  }

  /** How often changes could not be put in force. */
  public long failures() {
    return handover.failures();
  }

  /** Stops to learn, and saves what is known. */
  @Override
  public void close() {
    keeper.close();
    handover.close();
    save();
    kept.close();
  }

  /** Counts what comes and goes of one endpoint, and tells of it. */
  private final class Counted implements EndpointNames.Changes {
    private final String endpoint;

    Counted(String endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public void came(DnsName name, InetAddress address) {
      size.incrementAndGet();
      if (names.add(name, address)) {
        handover.changed(name, address);
      }
    }

    @Override
    public void gone(DnsName name, InetAddress address) {
      size.decrementAndGet();
      if (names.remove(name, address)) {
        handover.changed(name, address);
      }
    }

    @Override
    public void evicted(DnsName name, InetAddress address, Limit limit) {
      evictions.count(limit, endpoint, name);
      gone(name, address);
    }
  }
}
