package io.sluice.app.agent;

import io.sluice.bpf.steer.DatapathException;
import io.sluice.dns.learn.LearnedAddress;
import io.sluice.dns.learn.LearnedName;
import io.sluice.dns.learn.NamesInForce;
import io.sluice.dns.learn.NamesNotInForceException;
import io.sluice.dns.match.DnsName;
import io.sluice.dns.match.NumberedPatterns;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.NameSelector;
import io.sluice.proxy.policy.NamedAddresses;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins what was learned of names to the policy: a name that a selector wants makes its addresses
 * that selector's, in the proxy and then in the kernel, before anybody is told the address.
 */
final class NamesInPolicy implements NamesInForce, NamedAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(NamesInPolicy.class);

  private final PolicyCompiler compiler;
  private final CurrentPolicy current;
  private final DatapathUpdater datapath;
  private volatile Supplier<List<LearnedName>> names = List::of;
  private volatile NumberedPatterns wanted = NumberedPatterns.NONE;

  /**
   * Makes one.
   *
   * @param compile makes the compiler, which asks this for addresses
   * @param datapath told after the proxy
   */
  NamesInPolicy(
      Function<NamedAddresses, PolicyCompiler> compile,
      CurrentPolicy current,
      DatapathUpdater datapath) {
    this.compiler = compile.apply(this);
    this.current = current;
    this.datapath = datapath;
  }

  /** What compiles the policy. */
  PolicyCompiler compiler() {
    return compiler;
  }

  /** From now on these are the names that are known. */
  void follow(Supplier<List<LearnedName>> learned) {
    names = learned;
  }

  @Override
  public boolean wants(DnsName name) {
    return wanted.any(name);
  }

  @Override
  public void put(Map<InetAddress, Set<DnsName>> changed) throws NamesNotInForceException {
    NumberedPatterns patterns = wanted;
    Map<InetAddress, Set<Integer>> satisfied = new HashMap<>();
    changed.forEach((address, of) -> satisfied.put(address, patterns.of(of)));
    try {
      compiler.learn(satisfied, current);
      datapath.learned(changed.keySet());
    } catch (DatapathException | IllegalStateException failure) {
      throw new NamesNotInForceException(String.valueOf(failure.getMessage()), failure);
    }
  }

  @Override
  public Map<InetAddress, Set<Integer>> under(Collection<NameSelector> selectors) {
    NumberedPatterns patterns = patterns(selectors);
    // Before the names are read: one that is learned from here on is put by whoever learns it.
    wanted = patterns;
    Map<InetAddress, Set<Integer>> satisfied = new HashMap<>();
    for (LearnedName known : names.get()) {
      if (patterns.any(known.name())) {
        Set<Integer> of = patterns.of(Set.of(known.name()));
        for (LearnedAddress address : known.addresses()) {
          satisfied.computeIfAbsent(address.address(), _ -> new HashSet<>()).addAll(of);
        }
      }
    }
    return satisfied;
  }

  private static NumberedPatterns patterns(Collection<NameSelector> selectors) {
    Map<Integer, String> texts = new HashMap<>();
    for (NameSelector selector : selectors) {
      texts.put(selector.identity(), selector.pattern());
    }
    // Only a control plane other than ours sends what is no pattern.
    NumberedPatterns patterns = NumberedPatterns.ofValid(texts);
    if (patterns.size() < texts.size()) {
      LOG.warn(
          "{} FQDN selectors of the control plane select nothing: they are no patterns",
          texts.size() - patterns.size());
    }
    return patterns;
  }
}
