package io.sluice.xds.crd;

import io.sluice.xds.source.Manifest;
import io.sluice.xds.world.Namespace;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Warning;
import io.sluice.xds.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which version of each object is in force: the newest that is valid. An object that is
 * rejected keeps its last good version; one whose manifest is gone is gone.
 *
 * <p>Not thread-safe; it remembers what it accepted, so one instance serves one source.
 */
public final class Admission {
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*");

  private Map<Key, Entry> entries = new HashMap<>();

  /**
   * What came of a set of manifests.
   *
   * @param world the objects in force
   * @param rejected in the order of the manifests
   * @param warnings about accepted objects, in the order of the manifests
   */
  public record Result(World world, List<Rejection> rejected, List<Warning> warnings) {}

  private record Key(String kind, String namespace, String name) {}

  /** One manifest and what came of it; the object may be from an earlier manifest. */
  private record Entry(
      Manifest manifest,
      @Nullable WorldObject object,
      List<Warning> warnings,
      @Nullable Rejection rejection) {}

  /** One that remembers the same, and goes its own way from here. */
  public Admission copy() {
    Admission copy = new Admission();
    copy.entries = entries;
    return copy;
  }

  /** Judges all manifests of the world, ordered by path: the first of two equal names wins. */
  public Result admit(List<Manifest> manifests) {
    Map<Key, Entry> next = new HashMap<>();
    List<Rejection> rejected = new ArrayList<>();
    List<Warning> warnings = new ArrayList<>();
    for (Manifest manifest : manifests) {
      Kind kind = Kind.of(manifest);
      if (kind == Kind.IRRELEVANT) {
        continue;
      }
      Key key = new Key(manifest.kind(), kind.namespace(manifest), manifest.name());
      Entry first = next.get(key);
      if (first != null) {
        rejected.add(duplicate(manifest, key, first.manifest));
        continue;
      }
      Entry entry = judge(manifest, kind, key, entries.get(key));
      next.put(key, entry);
      warnings.addAll(entry.warnings);
      if (entry.rejection != null) {
        rejected.add(entry.rejection);
      }
    }
    entries = next;
    return new Result(world(), List.copyOf(rejected), List.copyOf(warnings));
  }

  private static Rejection duplicate(Manifest manifest, Key key, Manifest first) {
    return new Rejection(
        manifest.source(),
        key.kind,
        key.namespace,
        key.name,
        "metadata.name",
        "is already defined at " + first.source() + ", which is in force; remove one of the two",
        false);
  }

  private static Entry judge(Manifest manifest, Kind kind, Key key, @Nullable Entry last) {
    if (last != null && last.manifest.equals(manifest)) {
      return last;
    }
    List<Warning> warnings = new ArrayList<>();
    RejectedException rejection;
    try {
      checkNames(manifest, key);
      Manifest named =
          new Manifest(
              manifest.file(),
              manifest.apiVersion(),
              key.kind,
              key.namespace,
              key.name,
              manifest.body());
      return new Entry(manifest, parse(named, kind, warnings), List.copyOf(warnings), null);
    } catch (RejectedException wrong) {
      rejection = wrong;
    } catch (RuntimeException | StackOverflowError fault) {
      rejection = new RejectedException(manifest.source(), "", "can't be judged: " + fault);
    }
    WorldObject lastGood = last == null ? null : last.object;
    return new Entry(
        manifest,
        lastGood,
        List.of(),
        new Rejection(
            rejection.source(),
            key.kind,
            key.namespace,
            key.name,
            rejection.field(),
            rejection.reason(),
            lastGood != null));
  }

  private static void checkNames(Manifest manifest, Key key) throws RejectedException {
    if (!DNS_SUBDOMAIN.matcher(key.name).matches()) {
      throw new RejectedException(
          manifest.source(),
          "metadata.name",
          "expected lower-case letters, digits, '-' and '.', a letter or digit at both ends");
    }
    if (!key.namespace.isEmpty() && !DNS_LABEL.matcher(key.namespace).matches()) {
      throw new RejectedException(
          manifest.source(),
          "metadata.namespace",
          "expected at most 63 lower-case letters, digits and '-', a letter or digit at both ends");
    }
  }

  private static WorldObject parse(Manifest manifest, Kind kind, List<Warning> warnings)
      throws RejectedException {
    return switch (kind) {
      case POD -> {
        Pod pod = ClusterParser.pod(manifest, warnings);
        yield pod == null ? new WorldObject.Nothing() : new WorldObject.OfPod(pod);
      }
      case NODE -> new WorldObject.OfNode(ClusterParser.node(manifest));
      case NAMESPACE -> new WorldObject.OfNamespace(ClusterParser.namespace(manifest, warnings));
      case POLICY, CLUSTERWIDE_POLICY ->
          new WorldObject.OfPolicy(PolicyParser.parse(manifest, warnings));
      case UNSUPPORTED, IRRELEVANT ->
          throw new RejectedException(
              manifest.source(),
              "kind",
              manifest.kind()
                  + " of "
                  + (manifest.apiVersion().isEmpty() ? "no apiVersion" : manifest.apiVersion())
                  + " is not supported yet; expected "
                  + Kind.SUPPORTED_POLICIES);
    };
  }

  private World world() {
    List<Pod> pods = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    List<Policy> policies = new ArrayList<>();
    SortedMap<String, Namespace> namespaces = new TreeMap<>();
    for (Entry entry : entries.values()) {
      switch (entry.object) {
        case WorldObject.OfPod(Pod pod) -> pods.add(pod);
        case WorldObject.OfNode(Node node) -> nodes.add(node);
        case WorldObject.OfPolicy(Policy policy) -> policies.add(policy);
        case WorldObject.OfNamespace(Namespace namespace) ->
            namespaces.put(namespace.name(), namespace);
        case WorldObject.Nothing() -> {}
        case null -> {}
      }
    }
    pods.sort(Comparator.comparing(Pod::namespace).thenComparing(Pod::name));
    nodes.sort(Comparator.comparing(Node::name));
    policies.sort(
        Comparator.comparing(Policy::kind)
            .thenComparing(Policy::namespace)
            .thenComparing(Policy::name));
    return new World(
        List.copyOf(pods),
        List.copyOf(nodes),
        namespaces,
        List.of(),
        List.of(),
        List.copyOf(policies));
  }
}
