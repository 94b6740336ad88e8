package io.sluice.xds;

import io.grpc.BindableService;
import io.sluice.xds.crd.Admission;
import io.sluice.xds.crd.Rejection;
import io.sluice.xds.resolve.EndpointRules;
import io.sluice.xds.resolve.Resolver;
import io.sluice.xds.source.Manifests;
import io.sluice.xds.source.WorldSource;
import io.sluice.xds.stream.DiscoveryService;
import io.sluice.xds.stream.Refusal;
import io.sluice.xds.translate.Resources;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Settings;
import io.sluice.xds.world.Warning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the world into resources, again after every change, and offers them to proxies. What can't
 * be turned leaves in force what was there before, and {@link #status} says so.
 *
 * <p>Use: construct, choose among {@link #nodeNames}, {@link #start}, serve {@link #service}.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

  private final WorldSource source;
  private final Admission admission;
  private final Resources resources = new Resources();
  private final DiscoveryService discovery =
      new DiscoveryService(List.of(Resources.HOSTS_TYPE, Resources.POLICY_TYPE));

  private Manifests manifests;
  private Admission.Result admitted;
  private Resolver resolver = new Resolver();
  private Settings settings;
  private volatile ControlPlaneStatus status = new ControlPlaneStatus(false, List.of(), List.of());

  /**
   * Reads the world of a cluster without a name of its own, and decides as nobody asked for
   * anything else.
   *
   * @param source closed together with this
   * @throws IOException if the source can't be read at all
   */
  public ControlPlane(WorldSource source) throws IOException {
    this(source, Admission.DEFAULT_CLUSTER, Settings.defaults(""));
  }

  /**
   * Reads the world once; publishes nothing yet.
   *
   * @param source closed together with this
   * @param localCluster the name of the cluster that the world is
   * @param settings how it is decided; which node is local is told later
   * @throws IOException if the source can't be read at all
   */
  public ControlPlane(WorldSource source, String localCluster, Settings settings)
      throws IOException {
    this.source = source;
    this.admission = new Admission(localCluster);
    this.settings = settings.onNode("");
    this.manifests = source.read();
    this.admitted = admission.admit(manifests.manifests());
  }

  /** The names of the world's nodes, sorted. */
  public synchronized List<String> nodeNames() {
    return admitted.world().nodes().stream().map(Node::name).toList();
  }

  /**
   * Publishes the resources of one node, and again whenever the world changes.
   *
   * @param nodeName the node that is local; its addresses have the identity {@code host}
   * @throws IllegalStateException if it was started before
   */
  public synchronized void start(String nodeName) {
    if (!settings.node().isEmpty()) {
      throw new IllegalStateException("started already, for node " + settings.node());
    }
    settings = settings.onNode(nodeName);
    publish();
    source.watch(this::changed);
  }

  /** Decides otherwise from now on: another mode, audit, or other learned names. */
  public synchronized void decide(Settings now) {
    settings = now.onNode(settings.node());
    if (!settings.node().isEmpty()) {
      publish();
    }
  }

  /** The ADS service; clients must accept {@link DiscoveryService#MAX_RESPONSE_BYTES}. */
  public BindableService service() {
    return discovery;
  }

  /** What is rejected or odd now; refusals of proxies included. Safe from any thread. */
  public ControlPlaneStatus status() {
    ControlPlaneStatus now = status;
    List<Warning> warnings = new ArrayList<>(now.warnings());
    for (Refusal refusal : discovery.refusals()) {
      warnings.add(
          new Warning(
              "",
              "",
              "the proxy refused version "
                  + refusal.version()
                  + " of "
                  + refusal.typeUrl()
                  + " and keeps the last good one: "
                  + refusal.reason()));
    }
    return new ControlPlaneStatus(now.ready(), now.rejected(), List.copyOf(warnings));
  }

  @Override
  public void close() {
    source.close();
  }

  private synchronized void changed(Manifests now) {
    manifests = now;
    admitted = admission.admit(now.manifests());
    publish();
  }

  /** Publishes what is admitted, or leaves in force what was published before and says so. */
  private void publish() {
    List<Rejection> rejected = new ArrayList<>();
    for (Manifests.Unreadable file : manifests.unreadable()) {
      rejected.add(new Rejection(file.source(), "", "", "", "", file.reason(), file.lastGood()));
    }
    rejected.addAll(admitted.rejected());
    List<Warning> warnings = new ArrayList<>(admitted.warnings());
    boolean ready = status.ready();
    try {
      resolver.update(admitted.world(), settings);
      List<Warning> odd = new ArrayList<>(resolver.identities().warnings());
      List<EndpointRules> endpoints = resolver.local(odd);
      discovery.publish(
          Map.of(
              Resources.HOSTS_TYPE,
              resources.hosts(resolver.identities().all()),
              Resources.POLICY_TYPE,
              resources.policies(endpoints)));
      warnings.addAll(odd);
      ready = true;
    } catch (RuntimeException fault) {
      LOG.error("The world can't be published; what was published before stays in force", fault);
      warnings.add(
          new Warning("", "", "the world can't be published, the one before stays: " + fault));
      // It may have stopped half way; the next world is worked out from nothing but the numbers.
      resolver = new Resolver(resolver.identities().saved());
    }
    logNew(rejected);
    status = new ControlPlaneStatus(ready, List.copyOf(rejected), List.copyOf(warnings));
  }

  private void logNew(List<Rejection> rejected) {
    Set<Rejection> known = Set.copyOf(status.rejected());
    for (Rejection rejection : rejected) {
      if (!known.contains(rejection)) {
        LOG.warn(
            "Rejected {}: {}",
            printable(rejection.source()),
            printable(
                List.of(
                        rejection.kind(),
                        rejection.namespace(),
                        rejection.name(),
                        rejection.field(),
                        rejection.reason())
                    .stream()
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(" "))));
      }
    }
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
