package io.sluice.xds.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.xds.identity.Identity;
import io.sluice.xds.identity.Numbers;
import io.sluice.xds.resolve.Endpoint;
import io.sluice.xds.resolve.EndpointRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Makes the resources of a world, in a fixed order; what did not change is not made again.
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
  private Map<String, Made<EndpointRules>> policies = Map.of();
  private Map<Integer, Made<Identity>> hosts = Map.of();

  /** A resource and what it was made of. */
  private record Made<T>(T source, Any resource) {}

  /** The resources of endpoints, in their order. */
  public List<Any> policies(List<EndpointRules> endpoints) {
    Map<String, Made<EndpointRules>> next = new HashMap<>();
    TreeSet<String> names = new TreeSet<>();
    endpoints.forEach(rules -> names.add(rules.endpoint().fullName()));
    for (String name : policies.keySet()) {
      if (!names.contains(name)) {
        endpointNumbers.rest(name);
      }
    }
    names.forEach(endpointNumbers::of);
    List<Any> packed = new ArrayList<>(endpoints.size());
    for (EndpointRules rules : endpoints) {
      Endpoint endpoint = rules.endpoint();
      Made<EndpointRules> made = policies.get(endpoint.fullName());
      if (made == null || !made.source.equals(rules)) {
        int number = endpointNumbers.of(endpoint.fullName());
        made = new Made<>(rules, pack(PolicyTranslation.of(number, rules)));
      }
      next.put(endpoint.fullName(), made);
      packed.add(made.resource);
    }
    policies = next;
    return List.copyOf(packed);
  }

  /** The resources of all identities, ordered by number. */
  public List<Any> hosts(Collection<Identity> identities) {
    Map<Integer, Made<Identity>> next = new HashMap<>();
    List<Any> packed = new ArrayList<>(identities.size());
    for (Identity identity : identities) {
      Made<Identity> made = hosts.get(identity.number());
      if (made == null || !made.source.equals(identity)) {
        made = new Made<>(identity, pack(HostsTranslation.of(identity)));
      }
      next.put(identity.number(), made);
      packed.add(made.resource);
    }
    hosts = next;
    return List.copyOf(packed);
  }

  private static Any pack(Message message) {
    return Any.pack(message);
  }

  private static String typeUrl(String messageName) {
    return "type.googleapis.com/" + messageName;
  }
}
