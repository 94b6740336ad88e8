package io.sluice.bpf.steer;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Says who the addresses under a prefix are; the longest matching prefix wins.
 *
 * @param address the prefix; bits behind {@code length} are ignored
 * @param length 0 to 32 for IPv4, 0 to 128 for IPv6
 * @param identity the number of the peer; not 0
 */
public record IdentityEntry(InetAddress address, int length, int identity) {

  public IdentityEntry {
    int longest = address instanceof Inet4Address ? 32 : 128;
    if (length < 0 || length > longest) {
      throw new IllegalArgumentException(
          "prefix length of "
              + address.getHostAddress()
              + ": "
              + length
              + " (expected: 0 to "
              + longest
              + ")");
    }
    if (identity == 0) {
      throw new IllegalArgumentException(
          "identity of "
              + address.getHostAddress()
              + "/"
              + length
              + ": 0 (expected: a peer's number)");
    }
  }
}
