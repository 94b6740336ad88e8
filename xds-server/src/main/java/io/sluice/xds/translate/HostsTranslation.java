package io.sluice.xds.translate;

import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.net.Cidr;
import io.sluice.v1.IdentityInfo;
import io.sluice.xds.identity.Identities;
import io.sluice.xds.identity.Identity;

/** Makes the resource of one identity: its addresses, and for flow records who stands behind it. */
final class HostsTranslation {
  private HostsTranslation() {}

  static NetworkPolicyHosts of(Identity identity) {
    IdentityInfo.Builder info = IdentityInfo.newBuilder().addAllLabels(identity.labels().texts());
    NetworkPolicyHosts.Builder hosts = NetworkPolicyHosts.newBuilder().setPolicy(identity.number());
    for (Identity.Host host : identity.hosts()) {
      Cidr range = host.range();
      String address = range.isAddress() ? range.address().getHostAddress() : range.toString();
      hosts.addHostAddresses(address);
      if (!host.pod().isEmpty()) {
        info.addHosts(
            IdentityInfo.Host.newBuilder()
                .setAddress(address)
                .setNamespace(host.namespace())
                .setPod(host.pod()));
      }
    }
    if (Identities.isOfNames(identity.number())) {
      info.setFqdn(identity.labels().sorted().getFirst().key());
    }
    return hosts.setIdentity(info).build();
  }
}
