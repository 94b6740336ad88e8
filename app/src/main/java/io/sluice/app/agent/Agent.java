package io.sluice.app.agent;

import io.sluice.app.agent.takeover.Door;
import io.sluice.app.agent.takeover.Predecessor;
import io.sluice.app.exit.Refusal;
import io.sluice.bpf.steer.Datapath;
import io.sluice.bpf.steer.DatapathException;
import io.sluice.bpf.steer.ShortCutUse;
import io.sluice.bpf.steer.Steering;
import io.sluice.proxy.accept.Listener;
import io.sluice.proxy.accept.Transport;
import io.sluice.proxy.admin.AdminPages;
import io.sluice.proxy.config.Config;
import io.sluice.proxy.config.ConfigException;
import io.sluice.proxy.observe.PacketFlow;
import io.sluice.proxy.pipeline.Proxy;
import io.sluice.proxy.pipeline.ProxyConfig;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.xds.PolicySubscription;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of the agent, connected; whatever fails while they come up, those that are up already
 * go down again.
 *
 * <p>The way of policy: {@link ControlLink} → {@link PolicySubscription} → {@link CurrentPolicy} →
 * the proxy, and after it {@link DatapathUpdater} → the kernel. The way of a connection: the kernel
 * → {@link Proxy} → flows. The way of a name: the kernel → {@link DnsProxy} → {@link NamesInPolicy}
 * → the proxy and the kernel, and only then the client.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** Longer than an agent that was taken over from needs to end, by default. */
  private static final Duration TURN_LIMIT = Duration.ofSeconds(30);

  /** Control planes know a node by its name; the protocol wants an address beside it. */
  private static final String NODE_ADDRESS = "127.0.0.1";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch replaced = new CountDownLatch(1);
  private volatile boolean inCharge;
  private volatile @Nullable InFlight inFlight;

  private Agent() {}

  /**
   * Starts one in the network namespace of this process; returns when every part is up.
   *
   * @throws Refusal if the command line, the configuration, the world or the machine does not allow
   *     it
   */
  public static Agent start(AgentOptions options) throws Refusal {
    Agent agent = new Agent();
    try {
      agent.connect(options);
      return agent;
    } catch (Refusal | RuntimeException | Error e) {
      agent.close();
      throw e;
    }
  }

  private void connect(AgentOptions options) throws Refusal {
    NamespaceLock lock = up(lock(options));
    Predecessor predecessor = null;
    if (lock.hold()) {
      lock.endTurn();
    } else {
      predecessor = Predecessor.at(lock.door(), steer(options), options.state());
      // The last to be closed: as it hears of our end, it takes back all that it has let go of.
      parts.addLast(predecessor);
    }
    Config config = config(options);
    ControlLink control = up(ControlLink.open(options, config.audit()));
    try {
      assemble(options, config, control, lock, predecessor);
    } catch (DatapathException | IOException e) {
      throw Refusal.machine(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw Refusal.usage(String.valueOf(e.getMessage()));
    }
  }

  private static Steering steering(AgentOptions options) throws DatapathException {
    Steering steering = options.steer().open(options.state(), options.shortCut());
    ShortCutUse shortCut = steering.shortCut();
    if (shortCut.active()) {
      Transport.pollBeforeEachRead();
    } else if (options.shortCut()) {
      String missing = shortCut.missing();
      LOG.warn(
          "no short-cut, all bytes go by TCP/IP: {}",
          missing != null ? missing : "--steer " + options.steer() + " has none");
    }
    return steering;
  }

  /** All about steering that two agents must have in common while both have connections. */
  private static String steer(AgentOptions options) {
    return "--steer " + options.steer() + (options.shortCut() ? " --short-cut on" : "");
  }

  /** With {@code --take-over} only the turn, if an agent runs here. */
  private static NamespaceLock lock(AgentOptions options) throws Refusal {
    NamespaceLock lock =
        options.takeOver() ? NamespaceLock.takeTurn(TURN_LIMIT) : NamespaceLock.take();
    if (lock == null) {
      throw Refusal.machine(
          options.takeOver()
              ? "other agents are taking over in this network namespace: try again"
              : "an agent already runs in this network namespace: stop it, take over from it with"
                  + " --take-over, or enter another namespace");
    }
    return lock;
  }

  private void assemble(
      AgentOptions options,
      Config config,
      ControlLink control,
      NamespaceLock lock,
      @Nullable Predecessor predecessor)
      throws Refusal, DatapathException, IOException {
    PacketSettings packets = PacketSettings.of(config, options.steer());
    CurrentPolicy policy = new CurrentPolicy(PolicyCompiler.EMPTY);
    BpfFilesystem.mountIfMissing();
    Records records = up(Records.open(options.flows(), control.node(), config));
    Steering steering = up(steering(options));
    DatapathUpdater updater = up(updater(steering, options, policy, packets));
    NamesInPolicy names =
        new NamesInPolicy(book -> new PolicyCompiler(Protocols.RULES, book), policy, updater);
    OpenConnections connections = new OpenConnections(updater);
    DnsProxy dns = up(dns(options, config, policy, names, connections, records));
    Proxy proxy =
        up(
            new Proxy(
                ProxyConfig.steered(config.eventLoops(), config.limits()),
                policy,
                Protocols.filters(dns.filter()),
                records.sink()));
    connections.follow(proxy::isConnectedTo);
    PolicySubscription subscription =
        up(
            new PolicySubscription(
                control.channel(),
                PolicySubscription.nodeId(NODE_ADDRESS, control.node()),
                names.compiler(),
                policy,
                status -> {}));
    AgentStatus status = new AgentStatus(control, policy, subscription, options.steer(), updater);
    records.show(proxy.counters(), status, updater);
    records.show(dns, policy);
    AdminPages pages = status.pages(records::scrape, dns::page);
    Admin admin = up(new Admin(options.admin(), config.adminAnyInterface(), pages));
    listen(steering, proxy, dns);
    steering.onVerdict(packet -> record(updater.flow(packet), records));
    // Where the start fails another agent may be about to take everything back: it must not wait.
    up(() -> proxy.drain(inCharge ? DRAIN : Duration.ZERO));
    // The updater watches the policy after the proxy does, and so the kernel has it later.
    Charge charge = new Charge(options.state(), lock, updater, dns, admin, replaced::countDown);
    Duration finishing = config.takeOverDrain();
    Door door =
        up(
            Door.make(
                lock.door(), steer(options), options.state(), InFlight.longest(finishing), charge));
    if (predecessor == null) {
      charge.take(subscription::start);
    } else {
      charge.takeOver(predecessor, subscription::start);
    }
    inCharge = true;
    finishWhenReplaced(new InFlight(proxy, dns, finishing));
    up(status::stopping);
    show(door, lock);
  }

  private void finishWhenReplaced(InFlight connections) {
    inFlight = connections;
    up(
        () -> {
          if (replaced.getCount() == 0) {
            connections.finish();
          }
        });
  }

  /** By now this agent is the only one: it has to go on without. */
  private static void show(Door door, NamespaceLock lock) {
    try {
      door.show(lock.door());
    } catch (IOException failure) {
      LOG.error("no other agent can take over from this one: {}", failure.toString());
    }
  }

  /** Waits, for ever if need be, until another agent is in charge; to be followed by the end. */
  public void awaitReplaced() throws InterruptedException {
    replaced.await();
  }

  private static DatapathUpdater updater(
      Steering steering, AgentOptions options, CurrentPolicy policy, PacketSettings packets) {
    return new DatapathUpdater(
        steering, () -> options.steer().withdrawOther(options.state()), policy, packets);
  }

  private static DnsProxy dns(
      AgentOptions options,
      Config config,
      CurrentPolicy policy,
      NamesInPolicy names,
      OpenConnections connections,
      Records records)
      throws DatapathException, IOException {
    return new DnsProxy(
        DnsSettings.of(config.dns()),
        Datapath.stateOfNamespace(options.state()),
        policy,
        names,
        connections,
        records.sink());
  }

  private static Config config(AgentOptions options) throws Refusal {
    Path file = options.config();
    try {
      return file == null ? Config.defaults() : Config.read(file);
    } catch (ConfigException e) {
      throw Refusal.usage(String.valueOf(e.getMessage()));
    }
  }

  private static void listen(Steering steering, Proxy proxy, DnsProxy dns)
      throws DatapathException, IOException {
    for (Listener listener : proxy.bind()) {
      steering.listen(slot(listener), listener.fd());
    }
    dns.listen(steering);
  }

  private static void record(@Nullable PacketFlow flow, Records records) {
    if (flow != null) {
      records.judged(flow);
    }
  }

  private static io.sluice.bpf.steer.Listener slot(Listener listener) {
    boolean v6 = listener.family() == StandardProtocolFamily.INET6;
    if (listener.direction() == Direction.INGRESS) {
      return v6 ? io.sluice.bpf.steer.Listener.INGRESS_V6 : io.sluice.bpf.steer.Listener.INGRESS_V4;
    }
    return v6 ? io.sluice.bpf.steer.Listener.EGRESS_V6 : io.sluice.bpf.steer.Listener.EGRESS_V4;
  }

  private <T extends AutoCloseable> T up(T part) {
    parts.push(part);
    return part;
  }

  /**
   * Stops as {@link #close} does, within about 10 s also if another agent has taken over, and while
   * what is in flight is being served on another thread.
   */
  public void stop() {
    InFlight connections = inFlight;
    if (connections != null) {
      connections.hurry();
    }
    close();
  }

  /**
   * Stops: no new connection is taken in, requests in progress get 10 s; what the kernel enforces
   * stays in force. If another agent has taken over, what is here or on its way here is served to
   * its end before.
   */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the agent did not close", e);
      }
    }
  }
}
