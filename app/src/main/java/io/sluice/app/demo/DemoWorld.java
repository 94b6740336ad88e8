package io.sluice.app.demo;

import io.sluice.app.lab.Lab;
import io.sluice.app.lab.LabException;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WorldFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The demo's pods, and the world that describes them with the two example policies as they stand.
 *
 * @param myService the server of {@code l7-rule.yaml}
 * @param frontend its allowed client
 * @param stranger selected by no policy and allowed by no rule
 * @param apiServer the server of {@code api-http-filter.yaml}
 * @param consumer its allowed client
 */
record DemoWorld(Pod myService, Pod frontend, Pod stranger, Pod apiServer, Pod consumer) {
  static final List<String> POLICIES = List.of("l7-rule.yaml", "api-http-filter.yaml");

  private static final String METADATA = "metadata: {";
  private static final String AUDIT = "annotations: {policy.sluice.io/audit: \"true\"}, ";

  static DemoWorld raise(Lab lab) {
    return new DemoWorld(
        lab.addPod("default/my-service"),
        lab.addPod("default/frontend"),
        lab.addPod("default/stranger"),
        lab.addPod("production/api-server"),
        lab.addPod("production/consumer"));
  }

  List<Pod> servers() {
    return List.of(myService, apiServer, stranger);
  }

  /** Writes the cluster and its pods; no policy yet. */
  void write(WorldFolder folder) {
    folder.writeCluster("default", "production", "data-pipeline", "kube-system");
    folder.writePod(myService, Map.of("app", "myService"));
    folder.writePod(frontend, Map.of("app", "frontend"));
    folder.writePod(stranger, Map.of("app", "stranger"));
    folder.writePod(apiServer, Map.of("app", "api-server"));
    folder.writePod(consumer, Map.of("role", "api-consumer"));
  }

  /** Writes both policies at once: as they stand, or to be audited only. */
  void writePolicies(WorldFolder folder, boolean audited) {
    StringBuilder policies = new StringBuilder();
    for (String policy : POLICIES) {
      String text = example(policy);
      policies.append("---\n").append(audited ? text.replace(METADATA, METADATA + AUDIT) : text);
    }
    folder.write("policies.yaml", policies.toString());
  }

  /** The build packs the repository's example policies beside this class. */
  static String example(String file) {
    try (var text = DemoWorld.class.getResourceAsStream("/policies/" + file)) {
      if (text == null) {
        throw new LabException("the example policy " + file + " is not in the program");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LabException("can't read the example policy " + file, e);
    }
  }
}
