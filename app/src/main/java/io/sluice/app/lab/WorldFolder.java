package io.sluice.app.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Collectors;

/** A world folder being written: each file appears, changes and disappears whole. */
public final class WorldFolder {
  /** The name of the lab's node in its world. */
  public static final String NODE = "n1";

  private final Path path;

  /** Starts an empty folder inside the lab's directory. */
  public WorldFolder(Lab lab) {
    path = lab.directory().resolve("world");
    try {
      Files.createDirectory(path);
    } catch (IOException e) {
      throw new UncheckedIOException("can't make " + path, e);
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** Writes or replaces a file. */
  public void write(String file, String text) {
    try {
      Path draft = path.resolveSibling(file + ".draft");
      Files.writeString(draft, text);
      Files.move(draft, path.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file, e);
    }
  }

  /** Deletes a file. */
  public void delete(String file) {
    try {
      Files.delete(path.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete " + file, e);
    }
  }

  /** Writes the lab's two nodes and these namespaces. */
  public void writeCluster(String... namespaces) {
    StringBuilder text = new StringBuilder();
    text.append(node(NODE, Lab.NODE_V4, Lab.NODE_V6));
    text.append(node("n2", Lab.OTHER_NODE_V4, Lab.OTHER_NODE_V6));
    for (String namespace : namespaces) {
      text.append(
          """
          ---
          apiVersion: v1
          kind: Namespace
          metadata: {name: %s}
          """
              .formatted(namespace));
    }
    write("cluster.yaml", text.toString());
  }

  private static String node(String name, String ipv4, String ipv6) {
    return """
    ---
    apiVersion: v1
    kind: Node
    metadata: {name: %s}
    status:
      addresses:
        - {type: InternalIP, address: "%s"}
        - {type: InternalIP, address: "%s"}
    """
        .formatted(name, ipv4, ipv6);
  }

  /** Writes a pod of the lab's node, with the interface that makes it an endpoint. */
  public void writePod(Pod pod, Map<String, String> labels) {
    String annotations = "annotations: {sluice.io/interface: %s}".formatted(pod.hostInterface());
    writePod(pod.name(), NODE, labels, annotations, pod.ipv4(), pod.ipv6());
  }

  /** Writes the pod that stands on the other node. */
  public void writeRemotePod(String name, Map<String, String> labels) {
    writePod(name, "n2", labels, "annotations: {}", Lab.REMOTE_POD_V4, Lab.REMOTE_POD_V6);
  }

  private void writePod(
      String pod,
      String node,
      Map<String, String> labels,
      String annotations,
      String ipv4,
      String ipv6) {
    String[] names = pod.split("/", 2);
    String labelText =
        labels.entrySet().stream()
            .map(label -> "\"" + label.getKey() + "\": \"" + label.getValue() + "\"")
            .collect(Collectors.joining(", "));
    write(
        "pod-" + names[0] + "-" + names[1] + ".yaml",
        """
        apiVersion: v1
        kind: Pod
        metadata:
          namespace: %s
          name: %s
          labels: {%s}
          %s
        spec: {nodeName: %s}
        status:
          podIPs:
            - ip: "%s"
            - ip: "%s"
        """
            .formatted(names[0], names[1], labelText, annotations, node, ipv4, ipv6));
  }
}
