package io.sluice.xds.crd;

import io.sluice.xds.crd.cluster.CidrGroupParser;
import io.sluice.xds.crd.cluster.EndpointSliceParser;
import io.sluice.xds.crd.cluster.NamespaceParser;
import io.sluice.xds.crd.cluster.NodeParser;
import io.sluice.xds.crd.cluster.PodParser;
import io.sluice.xds.crd.cluster.ServiceParser;
import io.sluice.xds.crd.policy.NetworkPolicyParser;
import io.sluice.xds.crd.policy.PolicyParser;
import io.sluice.xds.crd.read.Finding;
import io.sluice.xds.crd.read.Finding.Level;
import io.sluice.xds.crd.read.Findings;
import io.sluice.xds.crd.read.Located;
import io.sluice.xds.crd.read.RejectedException;
import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which version of each object is in force: the newest that is valid. An object that is
 * rejected keeps its last good version; one whose manifest is gone is gone.
 *
 * <p>Not thread-safe; it remembers what it accepted, so one instance serves one source.
 */
public final class Admission {
  /** The name of a cluster that is given none. */
  public static final String DEFAULT_CLUSTER = "default";

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*");

  private final String localCluster;
  private Map<Key, Entry> entries = Map.of();

  /** Makes one for a cluster without a name of its own. */
  public Admission() {
    this(DEFAULT_CLUSTER);
  }

  /**
   * Makes one.
   *
   * @param localCluster the name of the cluster that the objects are of
   */
  public Admission(String localCluster) {
    this.localCluster = localCluster;
  }

  /**
   * What came of a set of manifests.
   *
   * @param world the objects in force
   * @param rejected one for each rejected object, in the order of the manifests
   * @param warnings about accepted objects, in the order of the manifests
   * @param judgements everything found, for each manifest in their order
   */
  public record Result(
      World world, List<Rejection> rejected, List<Warning> warnings, List<Judgement> judgements) {}

  private record Key(String kind, String namespace, String name) {}

  /** One manifest and what came of it; the object may be from an earlier manifest. */
  private record Entry(
      Manifest manifest,
      @Nullable WorldObject object,
      Judgement judgement,
      @Nullable Rejection rejection,
      List<Warning> warnings) {}

  /** One that remembers the same, and goes its own way from here. */
  public Admission copy() {
    Admission copy = new Admission(localCluster);
    copy.entries = entries;
    return copy;
  }

  /** Judges all manifests of the world, ordered by path: the first of two equal names wins. */
  public Result admit(List<Manifest> manifests) {
    Map<Key, Entry> next = LinkedHashMap.newLinkedHashMap(manifests.size());
    List<Rejection> rejected = new ArrayList<>();
    List<Warning> warnings = new ArrayList<>();
    List<Judgement> judgements = new ArrayList<>(manifests.size());
    for (Manifest manifest : manifests) {
      Kind kind = Kind.of(manifest);
      if (kind == Kind.IRRELEVANT) {
        judgements.add(new Judgement(manifest, false, List.of()));
        continue;
      }
      Key key = new Key(manifest.kind(), kind.namespace(manifest), manifest.name());
      Entry entry = judge(manifest, kind, key, entries.get(key));
      Entry first = next.putIfAbsent(key, entry);
      if (first != null) {
        entry = duplicate(manifest, key, first.manifest);
      }
      judgements.add(entry.judgement);
      warnings.addAll(entry.warnings);
      if (entry.rejection != null) {
        rejected.add(entry.rejection);
      }
    }
    entries = next;
    return new Result(
        world(), List.copyOf(rejected), List.copyOf(warnings), List.copyOf(judgements));
  }

  private static Entry duplicate(Manifest manifest, Key key, Manifest first) {
    Findings findings = new Findings();
    findings.add(
        error(
            manifest,
            "metadata.name",
            "is already defined at "
                + first.source()
                + ", which is in force; remove one of the two"));
    return rejected(manifest, named(manifest, key), null, findings);
  }

  private Entry judge(Manifest manifest, Kind kind, Key key, @Nullable Entry last) {
    if (last != null && last.manifest.equals(manifest)) {
      return last;
    }
    Manifest named = named(manifest, key);
    Findings findings = new Findings();
    WorldObject object = null;
    try {
      checkNames(manifest, key, findings);
      object = parse(Located.object(named, findings), kind);
    } catch (RejectedException wrong) {
      findings.add(wrong.finding());
    } catch (RuntimeException | StackOverflowError fault) {
      findings.add(error(manifest, "", "can't be judged: " + fault));
    }
    if (object == null || findings.firstError().isPresent()) {
      return rejected(manifest, named, last == null ? null : last.object, findings);
    }
    List<Warning> warnings =
        findings.warnings().stream().map(finding -> warning(named, finding)).toList();
    return new Entry(manifest, object, new Judgement(named, true, findings.all()), null, warnings);
  }

  private static Entry rejected(
      Manifest manifest, Manifest named, @Nullable WorldObject lastGood, Findings findings) {
    Finding first = findings.firstError().orElseThrow();
    Rejection rejection =
        new Rejection(
            first.source(),
            named.kind(),
            named.namespace(),
            named.name(),
            first.field(),
            first.reason(),
            lastGood != null);
    Judgement judgement = new Judgement(named, true, findings.all());
    return new Entry(manifest, lastGood, judgement, rejection, List.of());
  }

  /** The manifest in the namespace that its object is in. */
  private static Manifest named(Manifest manifest, Key key) {
    return new Manifest(
        manifest.file(), manifest.apiVersion(), key.kind, key.namespace, key.name, manifest.body());
  }

  private static Warning warning(Manifest manifest, Finding finding) {
    String name =
        manifest.namespace().isEmpty()
            ? manifest.name()
            : manifest.namespace() + "/" + manifest.name();
    return new Warning(
        finding.source(), finding.field(), manifest.kind() + " " + name + ": " + finding.reason());
  }

  private static Finding error(Manifest manifest, String field, String reason) {
    return new Finding(Level.ERROR, manifest.file(), manifest.body().line(), field, reason);
  }

  private static void checkNames(Manifest manifest, Key key, Findings findings) {
    if (!DNS_SUBDOMAIN.matcher(key.name).matches()) {
      findings.add(
          error(
              manifest,
              "metadata.name",
              "expected lower-case letters, digits, '-' and '.', a letter or digit at both ends"));
    }
    if (!key.namespace.isEmpty() && !DNS_LABEL.matcher(key.namespace).matches()) {
      findings.add(
          error(
              manifest,
              "metadata.namespace",
              "expected at most 63 lower-case letters, digits and '-', a letter or digit at both"
                  + " ends"));
    }
  }

  private WorldObject parse(Located object, Kind kind) throws RejectedException {
    return switch (kind) {
      case POD -> {
        Pod pod = PodParser.pod(object);
        yield pod == null ? new WorldObject.Nothing() : new WorldObject.OfPod(pod);
      }
      case NODE -> new WorldObject.OfNode(NodeParser.node(object));
      case NAMESPACE -> new WorldObject.OfNamespace(NamespaceParser.namespace(object));
      case SERVICE -> new WorldObject.OfService(ServiceParser.service(object));
      case ENDPOINT_SLICE -> new WorldObject.OfSlice(EndpointSliceParser.slice(object));
      case CIDR_GROUP -> new WorldObject.OfCidrGroup(CidrGroupParser.group(object));
      case POLICY, CLUSTERWIDE_POLICY ->
          new WorldObject.OfPolicy(PolicyParser.parse(object, localCluster));
      case NETWORK_POLICY ->
          new WorldObject.OfPolicy(NetworkPolicyParser.parse(object, localCluster));
      case UNSUPPORTED, IRRELEVANT -> {
        String version = object.manifest().apiVersion();
        throw object
            .require("kind")
            .reject(
                object.manifest().kind()
                    + " of "
                    + (version.isEmpty() ? "no apiVersion" : version)
                    + " is not supported; expected "
                    + Kind.SUPPORTED_POLICIES);
      }
    };
  }

  private World world() {
    WorldBuilder builder = new WorldBuilder();
    for (Entry entry : entries.values()) {
      if (entry.object != null) {
        builder.add(entry.object);
      }
    }
    return builder.world(localCluster);
  }
}
