package io.sluice.xds.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.identity.Numbers;
import io.sluice.xds.resolve.EndpointRules;
import io.sluice.xds.world.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Makes the resources of a world, in a fixed order.
 *
 * <p>Not thread-safe; it remembers the numbers that it gave to endpoints.
 */
public final class Resources {
  /** The type of {@link NetworkPolicy} resources. */
  public static final String POLICY_TYPE = typeUrl(NetworkPolicy.getDescriptor().getFullName());

  /** The type of {@link NetworkPolicyHosts} resources. */
  public static final String HOSTS_TYPE = typeUrl(NetworkPolicyHosts.getDescriptor().getFullName());

  private static final int LAST_ENDPOINT = 65_535;

  private final Numbers<String> endpointNumbers = new Numbers<>(1, LAST_ENDPOINT);

  /** The resources of all local endpoints, ordered by namespace and name. */
  public List<Any> policies(List<EndpointRules> endpoints) {
    TreeSet<String> names = new TreeSet<>();
    endpoints.forEach(endpoint -> names.add(name(endpoint.pod())));
    Map<String, Integer> numbers = endpointNumbers.assign(names);
    List<Any> packed = new ArrayList<>(endpoints.size());
    for (EndpointRules endpoint : endpoints) {
      Integer number = numbers.get(name(endpoint.pod()));
      if (number == null) {
        throw new IllegalStateException("no number for " + name(endpoint.pod()));
      }
      packed.add(pack(PolicyTranslation.of(number, endpoint)));
    }
    return List.copyOf(packed);
  }

  /** The resources of all identities, ordered by number. */
  public List<Any> hosts(List<Identity> identities) {
    return identities.stream().map(HostsTranslation::of).map(Resources::pack).toList();
  }

  private static String name(Pod pod) {
    return pod.fullName();
  }

  private static Any pack(Message message) {
    return Any.pack(message);
  }

  private static String typeUrl(String messageName) {
    return "type.googleapis.com/" + messageName;
  }
}
