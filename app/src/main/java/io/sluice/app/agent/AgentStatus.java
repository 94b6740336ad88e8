package io.sluice.app.agent;

import io.sluice.app.exit.Version;
import io.sluice.proxy.admin.AdminPages;
import io.sluice.proxy.admin.Status;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.EndpointPolicy;
import io.sluice.proxy.policy.PolicySnapshot;
import io.sluice.proxy.policy.compile.Rejection;
import io.sluice.proxy.xds.PolicySubscription;
import io.sluice.proxy.xds.SubscriptionStatus;
import io.sluice.xds.ControlPlaneStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Puts together what each part of the agent says of itself. */
final class AgentStatus {
  private final ControlLink control;
  private final CurrentPolicy policy;
  private final PolicySubscription subscription;
  private final Steer steer;
  private final DatapathUpdater datapath;
  private volatile boolean stopping;

  AgentStatus(
      ControlLink control,
      CurrentPolicy policy,
      PolicySubscription subscription,
      Steer steer,
      DatapathUpdater datapath) {
    this.control = control;
    this.policy = policy;
    this.subscription = subscription;
    this.steer = steer;
    this.datapath = datapath;
  }

  /** The admin server's pages. */
  AdminPages pages(Supplier<String> metrics, Supplier<?> names) {
    return new AdminPages(this::notReady, metrics, this::status, policy::get, names);
  }

  /** From now on it is not ready. */
  void stopping() {
    stopping = true;
  }

  /** The version of the snapshot in force. */
  long policyVersion() {
    return policy.get().version();
  }

  /** How many objects and resources are refused now. */
  long countRejected() {
    return control.status().rejected().size() + refused(subscription.status()).count();
  }

  private String notReady() {
    if (stopping) {
      return "stopping";
    }
    if (policy.get().version() == 0) {
      return "no policy has come from the control plane yet";
    }
    String failure = datapath.state().failure();
    if (datapath.isApplied()) {
      return "";
    }
    return failure == null ? "the kernel is being told of the policy" : failure;
  }

  private Status status() {
    PolicySnapshot snapshot = policy.get();
    return new Status(
        control.node(),
        Version.text(),
        snapshot.version(),
        steer.name(),
        datapath.shortCut().active(),
        snapshot.endpoints().stream()
            .map(EndpointPolicy::endpoint)
            .map(Status.LocalEndpoint::of)
            .toList(),
        rejected(control.status(), subscription.status()),
        warnings());
  }

  private static Stream<Rejection> refused(SubscriptionStatus subscription) {
    return Stream.of(subscription.policies(), subscription.identities())
        .flatMap(type -> type.rejected().stream());
  }

  private static List<Status.Rejected> rejected(
      ControlPlaneStatus control, SubscriptionStatus subscription) {
    Stream<Status.Rejected> objects =
        control.rejected().stream()
            .map(
                object ->
                    new Status.Rejected(
                        object.source(),
                        object.kind(),
                        object.namespace(),
                        object.name(),
                        object.field(),
                        object.reason(),
                        object.lastGood()));
    Stream<Status.Rejected> resources =
        refused(subscription)
            .map(
                resource ->
                    new Status.Rejected(
                        "control plane",
                        "NetworkPolicy",
                        "",
                        resource.about().isEmpty() ? resource.resource() : resource.about(),
                        "",
                        resource.reason(),
                        resource.lastGood()));
    return Stream.concat(objects, resources).toList();
  }

  private List<Status.Warning> warnings() {
    List<Status.Warning> warnings = new ArrayList<>();
    control
        .status()
        .warnings()
        .forEach(
            warning ->
                warnings.add(
                    new Status.Warning(warning.source(), warning.field(), warning.reason())));
    datapath
        .limits()
        .forEach(limit -> warnings.add(new Status.Warning("--steer " + steer, "", limit)));
    DatapathUpdater.State last = datapath.state();
    last.problems()
        .forEach(
            problem ->
                warnings.add(
                    new Status.Warning(problem.endpoint(), problem.field(), problem.reason())));
    String failure = last.failure();
    if (failure != null) {
      warnings.add(new Status.Warning("kernel", "", failure + "; what was in force stays"));
    }
    if (!subscription.status().connected()) {
      warnings.add(
          new Status.Warning("control plane", "", "not reached; the last policy stays in force"));
    }
    return warnings;
  }
}
