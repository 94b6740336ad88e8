package io.sluice.app.agent;

import io.sluice.bpf.steer.DatapathException;
import io.sluice.dns.learn.Liveness;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows which addresses pods are connected to, past the proxy or through it. */
final class OpenConnections implements Liveness {
  private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

  private final DatapathUpdater datapath;
  private volatile Predicate<InetAddress> proxied = address -> false;

  OpenConnections(DatapathUpdater datapath) {
    this.datapath = datapath;
  }

  /** From now on it knows of those through the proxy, too. */
  void follow(Predicate<InetAddress> throughProxy) {
    proxied = throughProxy;
  }

  @Override
  public Set<InetAddress> living(Set<InetAddress> addresses) {
    try {
      Set<InetAddress> living = new HashSet<>(datapath.connected(addresses));
      addresses.stream().filter(proxied).forEach(living::add);
      return living;
    } catch (DatapathException unknown) {
      LOG.warn("the kernel's connections can't be listed, so no address is forgotten", unknown);
      return addresses;
    }
  }
}
