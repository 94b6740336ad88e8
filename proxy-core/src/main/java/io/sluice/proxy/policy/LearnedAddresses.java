package io.sluice.proxy.policy;

import java.net.InetAddress;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who stands behind the addresses that name servers gave for names. Unlike the snapshot that it
 * belongs to it changes, so that an address can be used as soon as it is known. Safe from any
 * thread; written by who compiles the policy only.
 */
public final class LearnedAddresses {
  private final Map<InetAddress, Peer> peers = new ConcurrentHashMap<>();

  /** Who has an address, or null if it was not learned. */
  public @Nullable Peer find(InetAddress address) {
    return peers.get(address);
  }

  /** All of them, at about this moment. */
  public Map<InetAddress, Peer> all() {
    return Collections.unmodifiableMap(peers);
  }

  /** An address is somebody's from now on, or with null nobody's. */
  public void put(InetAddress address, @Nullable Peer peer) {
    if (peer == null) {
      peers.remove(address);
    } else {
      peers.put(address, peer);
    }
  }
}
