package io.sluice.app.packet;

import io.sluice.app.lab.Lab;

/** Where the other side of a conversation with a pod may stand. */
enum Place {
  POD(null, null, "k8s:app=peer"),
  OTHER_POD(Lab.REMOTE_POD_V4, Lab.REMOTE_POD_V6, "k8s:app=other"),
  OTHER_NODE(Lab.OTHER_NODE_V4, Lab.OTHER_NODE_V6, "reserved:remote-node"),
  WORLD(Lab.WORLD_V4, Lab.WORLD_V6, "reserved:world"),
  EXCEPTED("198.51.100.200", "2001:db8:9:0:8000::9", "reserved:world"),
  NODE(Lab.NODE_V4, Lab.NODE_V6, "reserved:host");

  private final String ipv4;
  private final String ipv6;

  /** One that its flows have. */
  final String label;

  Place(String ipv4, String ipv6, String label) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    this.label = label;
  }

  /** Its address; of a pod of the node that is the pod's own. */
  String address(boolean v6) {
    return v6 ? ipv6 : ipv4;
  }
}
