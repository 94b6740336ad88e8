package io.sluice.xds.stream;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Serves the newest resources of each type to every stream that subscribed to it, and never the
 * same version twice to one stream. Before the first {@link #publish} it answers nothing, so that a
 * proxy keeps what it has instead of seeing an empty world.
 *
 * <p>Thread-safe. Subscriptions are wildcards: a proxy has all of its node's resources or none.
 */
public final class DiscoveryService extends AggregatedDiscoveryServiceImplBase {
  /**
   * The largest response, in bytes; a client must accept messages of this size. It holds the hosts
   * of 900,000 prefixes, with an identity each.
   */
  public static final int MAX_RESPONSE_BYTES = 128 << 20;

  /** The largest request, in bytes. */
  public static final int MAX_REQUEST_BYTES = 1 << 20;

  private static final int MAX_STREAMS = 64;

  private final Set<String> types;
  private final Set<DiscoveryStream> streams = ConcurrentHashMap.newKeySet();
  private volatile Map<String, VersionedResources> published = Map.of();

  /**
   * Makes a server of some types of resources.
   *
   * @param types in the order in which a change of several is sent
   */
  public DiscoveryService(List<String> types) {
    this.types = Collections.unmodifiableSet(new LinkedHashSet<>(types));
  }

  /**
   * Makes resources the newest and sends those types that differ from before.
   *
   * @param resources of every type, each in a fixed order
   * @throws IllegalStateException if a type is larger than {@link #MAX_RESPONSE_BYTES}; nothing is
   *     published then
   */
  public synchronized void publish(Map<String, List<Any>> resources) {
    Map<String, VersionedResources> next = new LinkedHashMap<>();
    for (String type : types) {
      List<Any> now = resources.getOrDefault(type, List.of());
      VersionedResources before = published.get(type);
      if (before != null && before.resources().equals(now)) {
        next.put(type, before);
        continue;
      }
      VersionedResources changed =
          new VersionedResources(before == null ? 1 : before.version() + 1, List.copyOf(now));
      int size = changed.response(type).getSerializedSize();
      if (size > MAX_RESPONSE_BYTES) {
        throw new IllegalStateException(
            type + ": " + size + " bytes of resources exceed " + MAX_RESPONSE_BYTES);
      }
      next.put(type, changed);
    }
    published = next;
    streams.forEach(DiscoveryStream::sendNewer);
  }

  /** What proxies refused of the versions that are the newest, in the order of their types. */
  public List<Refusal> refusals() {
    List<Refusal> refusals = new ArrayList<>();
    for (DiscoveryStream stream : streams) {
      refusals.addAll(stream.refusals());
    }
    return List.copyOf(refusals);
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamAggregatedResources(
      StreamObserver<DiscoveryResponse> responses) {
    DiscoveryStream stream =
        new DiscoveryStream(this, (ServerCallStreamObserver<DiscoveryResponse>) responses);
    synchronized (this) {
      if (streams.size() >= MAX_STREAMS) {
        stream.fail(
            Status.RESOURCE_EXHAUSTED.withDescription("more than " + MAX_STREAMS + " streams"));
      } else {
        streams.add(stream);
      }
    }
    return stream;
  }

  Set<String> types() {
    return types;
  }

  @Nullable VersionedResources newest(String type) {
    return published.get(type);
  }

  void ended(DiscoveryStream stream) {
    streams.remove(stream);
  }
}
