package io.sluice.proxy.policy.compile;

import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.net.Cidr;
import io.sluice.proxy.policy.NameSelector;
import io.sluice.proxy.policy.Peer;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.v1.IdentityInfo;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The identities in force and their prefixes, and how a new set of resources replaces them: each
 * resource by itself, a refused one with the identity's last good version.
 */
final class IdentitySet {
  private static final long LARGEST = 0xffff_ffffL;

  private Map<Long, NetworkPolicyHosts> good = Map.of();
  private Map<Cidr, Peer> peers = Map.of();
  private List<NameSelector> selectors = List.of();

  /**
   * Replaces all; returns what was refused.
   *
   * @throws InvalidPolicyException if one has no number; then nothing changes
   */
  List<Rejection> replace(List<NetworkPolicyHosts> resources) throws InvalidPolicyException {
    Map<Long, NetworkPolicyHosts> next = new TreeMap<>(Long::compareUnsigned);
    Map<Cidr, Peer> taken = new LinkedHashMap<>();
    Map<NetworkPolicyHosts, String> refused = new LinkedHashMap<>();
    for (NetworkPolicyHosts resource : resources) {
      if (resource.getPolicy() == 0) {
        throw new InvalidPolicyException("policy is 0, expected the identity's number");
      }
      try {
        if (next.containsKey(resource.getPolicy())) {
          throw new InvalidPolicyException("policy is used by another resource too");
        }
        Map<Cidr, Peer> read = read(resource);
        for (Cidr cidr : read.keySet()) {
          if (taken.containsKey(cidr)) {
            throw new InvalidPolicyException(
                "host_addresses has " + cidr + ", which another identity has too");
          }
        }
        taken.putAll(read);
        next.put(resource.getPolicy(), resource);
      } catch (InvalidPolicyException invalid) {
        refused.put(resource, invalid.getMessage());
      }
    }
    List<Rejection> rejections = new ArrayList<>();
    refused.forEach((resource, why) -> rejections.add(fallBack(resource, why, next, taken)));
    good = next;
    peers = taken;
    selectors =
        next.values().stream()
            .filter(resource -> !resource.getIdentity().getFqdn().isEmpty())
            .map(
                resource ->
                    new NameSelector((int) resource.getPolicy(), resource.getIdentity().getFqdn()))
            .toList();
    return rejections;
  }

  /** Every prefix and who stands behind it. */
  Map<Cidr, Peer> peers() {
    return peers;
  }

  /** Those that stand for the addresses of names. */
  List<NameSelector> selectors() {
    return selectors;
  }

  /** The labels of every identity. */
  Map<Integer, List<String>> labels() {
    Map<Integer, List<String>> labels = new TreeMap<>(Integer::compareUnsigned);
    good.forEach((id, from) -> labels.put(id.intValue(), labels(from)));
    return labels;
  }

  private Rejection fallBack(
      NetworkPolicyHosts resource,
      String reason,
      Map<Long, NetworkPolicyHosts> next,
      Map<Cidr, Peer> taken) {
    NetworkPolicyHosts before = good.get(resource.getPolicy());
    boolean lastGood = before != null || next.containsKey(resource.getPolicy());
    if (before != null && next.putIfAbsent(resource.getPolicy(), before) == null) {
      try {
        // What a good resource says about a prefix is newer than what this one said.
        read(before).forEach(taken::putIfAbsent);
      } catch (InvalidPolicyException impossible) {
        throw new IllegalStateException("a good resource has become unreadable", impossible);
      }
    }
    String about = String.join(",", labels(resource));
    return new Rejection(Long.toUnsignedString(resource.getPolicy()), about, reason, lastGood);
  }

  private static List<String> labels(NetworkPolicyHosts resource) {
    return List.copyOf(resource.getIdentity().getLabelsList());
  }

  private static Map<Cidr, Peer> read(NetworkPolicyHosts resource) throws InvalidPolicyException {
    ResourceReader.refuseUnknownFields(resource);
    if (resource.getPolicy() < 0 || resource.getPolicy() > LARGEST) {
      throw new InvalidPolicyException(
          "policy is "
              + Long.toUnsignedString(resource.getPolicy())
              + ", expected an identity within 1.."
              + LARGEST);
    }
    int identity = (int) resource.getPolicy();
    List<String> labels = labels(resource);
    Map<InetAddress, Peer> pods = new HashMap<>();
    for (IdentityInfo.Host host : resource.getIdentity().getHostsList()) {
      pods.put(address(host), new Peer(identity, labels, host.getNamespace(), host.getPod()));
    }
    Peer nobody = new Peer(identity, labels, "", "");
    Map<Cidr, Peer> read = new LinkedHashMap<>();
    for (int i = 0; i < resource.getHostAddressesCount(); i++) {
      Cidr cidr;
      try {
        cidr = AddressText.cidr(resource.getHostAddresses(i));
      } catch (InvalidPolicyException invalid) {
        throw new InvalidPolicyException("host_addresses[" + i + "] is " + invalid.getMessage());
      }
      Peer peer = cidr.isAddress() ? pods.getOrDefault(cidr.address(), nobody) : nobody;
      if (read.put(cidr, peer) != null) {
        throw new InvalidPolicyException("host_addresses has " + cidr + " twice");
      }
    }
    return read;
  }

  private static InetAddress address(IdentityInfo.Host host) throws InvalidPolicyException {
    try {
      return AddressText.address(host.getAddress());
    } catch (InvalidPolicyException invalid) {
      throw new InvalidPolicyException("identity.hosts has " + invalid.getMessage());
    }
  }
}
