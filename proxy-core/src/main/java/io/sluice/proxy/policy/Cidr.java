package io.sluice.proxy.policy;

import java.net.InetAddress;

/**
 * A range of addresses.
 *
 * @param address its first address
 * @param length 0..32 or 0..128
 */
public record Cidr(InetAddress address, int length) {

  /** Whether it holds one address only. */
  public boolean isAddress() {
    return length == address.getAddress().length * 8;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + length;
  }
}
