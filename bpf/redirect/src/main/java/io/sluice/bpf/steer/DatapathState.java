package io.sluice.bpf.steer;

import java.util.List;

/**
 * Everything that the kernel is told, complete: what is not in here is taken back.
 *
 * @param endpoints the local pods, those included that no policy selects
 * @param policy who may reach which port; what no entry names is denied in an enforced direction
 * @param identities which addresses are whom; an address in none of them is {@code world} (2)
 */
public record DatapathState(
    List<EndpointEntry> endpoints, List<PolicyEntry> policy, List<IdentityEntry> identities) {

  public DatapathState {
    endpoints = List.copyOf(endpoints);
    policy = List.copyOf(policy);
    identities = List.copyOf(identities);
  }
}
