package io.sluice.bpf.steer;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * Everything that the kernel is told, complete: what is not in here is taken back.
 *
 * @param endpoints the local pods, those included that no policy selects
 * @param policy who may reach which port; what no entry names is denied in an enforced direction
 * @param identities which addresses are whom; an address in none of them is {@code world} (2)
 * @param learned who addresses are that name servers gave for names, whatever {@code identities}
 *     says of them; not 0
 */
public record DatapathState(
    List<EndpointEntry> endpoints,
    List<PolicyEntry> policy,
    List<IdentityEntry> identities,
    Map<InetAddress, Integer> learned) {

  public DatapathState {
    endpoints = List.copyOf(endpoints);
    policy = List.copyOf(policy);
    identities = List.copyOf(identities);
    learned = Map.copyOf(learned);
  }

  /** One in which nothing is learned. */
  public DatapathState(
      List<EndpointEntry> endpoints, List<PolicyEntry> policy, List<IdentityEntry> identities) {
    this(endpoints, policy, identities, Map.of());
  }
}
