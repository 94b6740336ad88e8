package io.sluice.xds.stream;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;

/**
 * All resources of one type at one version.
 *
 * @param version greater than that of any other content published before; also the nonce
 * @param resources in a fixed order
 */
record VersionedResources(long version, List<Any> resources) {

  DiscoveryResponse response(String typeUrl) {
    String number = Long.toUnsignedString(version);
    return DiscoveryResponse.newBuilder()
        .setTypeUrl(typeUrl)
        .setVersionInfo(number)
        .setNonce(number)
        .addAllResources(resources)
        .build();
  }
}
