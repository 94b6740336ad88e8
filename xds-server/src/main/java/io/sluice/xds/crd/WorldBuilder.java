package io.sluice.xds.crd;

import io.sluice.xds.crd.cluster.EndpointSlice;
import io.sluice.xds.world.CidrGroup;
import io.sluice.xds.world.Namespace;
import io.sluice.xds.world.Node;
import io.sluice.xds.world.Pod;
import io.sluice.xds.world.Policy;
import io.sluice.xds.world.Service;
import io.sluice.xds.world.Service.Backend;
import io.sluice.xds.world.World;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts the accepted objects together: in order, and services with what their slices say. */
final class WorldBuilder {
  private final List<Pod> pods = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final SortedMap<String, Namespace> namespaces = new TreeMap<>();
  private final List<Service> services = new ArrayList<>();
  private final Map<String, List<EndpointSlice>> slices = new HashMap<>();
  private final List<CidrGroup> cidrGroups = new ArrayList<>();
  private final List<Policy> policies = new ArrayList<>();

  /** Adds one. */
  void add(WorldObject object) {
    switch (object) {
      case WorldObject.OfPod(Pod pod) -> pods.add(pod);
      case WorldObject.OfNode(Node node) -> nodes.add(node);
      case WorldObject.OfNamespace(Namespace namespace) ->
          namespaces.put(namespace.name(), namespace);
      case WorldObject.OfService(Service service) -> services.add(service);
      case WorldObject.OfSlice(EndpointSlice slice) ->
          slices
              .computeIfAbsent(slice.namespace() + "/" + slice.service(), name -> new ArrayList<>())
              .add(slice);
      case WorldObject.OfCidrGroup(CidrGroup group) -> cidrGroups.add(group);
      case WorldObject.OfPolicy(Policy policy) -> policies.add(policy);
      case WorldObject.Nothing() -> {}
    }
  }

  /** The world of all that was added. */
  World world(String localCluster) {
    pods.sort(Comparator.comparing(Pod::namespace).thenComparing(Pod::name));
    nodes.sort(Comparator.comparing(Node::name));
    services.sort(Comparator.comparing(Service::namespace).thenComparing(Service::name));
    cidrGroups.sort(Comparator.comparing(CidrGroup::name));
    policies.sort(Policy.ORDER);
    return new World(
        localCluster,
        List.copyOf(pods),
        List.copyOf(nodes),
        Collections.unmodifiableSortedMap(namespaces),
        services.stream().map(this::withBackends).toList(),
        List.copyOf(cidrGroups),
        List.copyOf(policies));
  }

  /** An address that several slices name, each for some of the ports, is one backend. */
  private Service withBackends(Service service) {
    List<EndpointSlice> own = slices.get(service.namespace() + "/" + service.name());
    if (own == null) {
      return service;
    }
    Map<InetAddress, Backend> backends = new LinkedHashMap<>();
    for (EndpointSlice slice : own) {
      for (Backend backend : slice.backends()) {
        backends.merge(backend.address(), backend, WorldBuilder::merged);
      }
    }
    return new Service(
        service.namespace(),
        service.name(),
        service.source(),
        service.labels(),
        service.podLabels(),
        service.addresses(),
        service.ports(),
        List.copyOf(backends.values()));
  }

  private static Backend merged(Backend one, Backend other) {
    SortedMap<String, Integer> ports = new TreeMap<>(one.ports());
    ports.putAll(other.ports());
    return new Backend(
        one.address(), one.ready() || other.ready(), Collections.unmodifiableSortedMap(ports));
  }
}
