package io.sluice.proxy.policy;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Knows which addresses name servers have given for the names that policies want. */
@FunctionalInterface
public interface NamedAddresses {
  /** Knows of none. */
  NamedAddresses NONE = selectors -> Map.of();

  /**
   * The addresses of all names that these selectors want, each with the identities of the selectors
   * that its names satisfy. From now on these selectors count: a change of what is learned for them
   * is told to whoever compiles the policy, and no change of this answer is lost.
   */
  Map<InetAddress, Set<Integer>> under(Collection<NameSelector> selectors);
}
