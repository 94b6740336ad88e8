package io.sluice.proxy.xds;

import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.sluice.cilium.NetworkPolicy;
import io.sluice.cilium.NetworkPolicyHosts;
import io.sluice.proxy.policy.CurrentPolicy;
import io.sluice.proxy.policy.compile.PolicyCompiler;
import io.sluice.proxy.policy.compile.Rejection;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the policy in force the one that the control plane sent last, and keeps the last one while
 * the control plane is gone.
 *
 * <p>Speaks ADS, state of the world (npds 4.6, 4.7). A response is applied resource by resource and
 * refused by NACK if one of its resources was, with their names. The first snapshot waits until
 * both types have come, so that no peer is judged by half a world.
 *
 * <p>All state is confined to one thread of its own.
 */
public final class PolicySubscription implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicySubscription.class);

  private static final int MAX_RESPONSE_BYTES = 256 * 1024 * 1024;
  private static final int MAX_DETAIL_CHARS = 8 * 1024;
  private static final int INVALID_ARGUMENT = 3; // google.rpc.Code
  private static final Pattern CONTROL_CHARACTERS = Pattern.compile("\\p{Cntrl}");
  private static final long FIRST_RETRY_MILLIS = 100;
  private static final long LAST_RETRY_MILLIS = 5_000;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("xds").factory());
  private final ManagedChannel channel;
  private final Node node;
  private final PolicyCompiler compiler;
  private final CurrentPolicy current;
  private final Consumer<SubscriptionStatus> listener;
  private final ResourceType<NetworkPolicy> policies;
  private final ResourceType<NetworkPolicyHosts> identities;

  private volatile SubscriptionStatus status =
      new SubscriptionStatus(
          false, SubscriptionStatus.TypeStatus.NONE, SubscriptionStatus.TypeStatus.NONE);
  private @Nullable Stream stream;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private boolean complained;
  private boolean closed;

  /**
   * Makes one; {@link #start} begins.
   *
   * @param channel to the control plane; stays the caller's
   * @param nodeId as {@link #nodeId} forms it
   * @param compiler gets its resources from nobody else
   * @param current where each snapshot is put in force
   * @param listener told after each change of the status, on the subscription's thread
   */
  public PolicySubscription(
      ManagedChannel channel,
      String nodeId,
      PolicyCompiler compiler,
      CurrentPolicy current,
      Consumer<SubscriptionStatus> listener) {
    this.channel = channel;
    this.node = Node.newBuilder().setId(nodeId).build();
    this.compiler = compiler;
    this.current = current;
    this.listener = listener;
    this.policies =
        new ResourceType<>(
            NetworkPolicy.getDefaultInstance(), NetworkPolicy.parser(), compiler::replacePolicies);
    this.identities =
        new ResourceType<>(
            NetworkPolicyHosts.getDefaultInstance(),
            NetworkPolicyHosts.parser(),
            compiler::replaceIdentities);
  }

  /**
   * How a node names itself to the control plane.
   *
   * @param address its address
   * @param name its name in the cluster
   */
  public static String nodeId(String address, String name) {
    return "host~" + address + "~" + name + "~localdomain";
  }

  /** Opens the first stream. */
  public void start() {
    onThread(this::open);
  }

  /** How it stands now. */
  public SubscriptionStatus status() {
    return status;
  }

  /** Ends the stream; the snapshot in force stays. */
  @Override
  public void close() {
    onThread(
        () -> {
          closed = true;
          Stream open = stream;
          stream = null;
          if (open != null) {
            open.cancel();
          }
        });
    thread.shutdown();
  }

  private void open() {
    if (closed) {
      return;
    }
    Stream next = new Stream();
    stream = next;
    // The channel's own backoff grows to minutes; how often to try is decided here.
    channel.resetConnectBackoff();
    AggregatedDiscoveryServiceGrpc.newStub(channel)
        .withMaxInboundMessageSize(MAX_RESPONSE_BYTES)
        .streamAggregatedResources(next);
    // An empty version asks for everything again: a control plane that has started anew may use the
    // versions of its predecessor for other contents.
    next.send(request(identities.url()).setNode(node).build());
    next.send(request(policies.url()).build());
  }

  private void ended(Stream which, Throwable cause) {
    if (stream != which) {
      return;
    }
    stream = null;
    if (!complained) {
      complained = true;
      LOG.warn("control plane unreachable, policy stays as it is: {}", cause.toString());
    }
    publish(false);
    var _ = thread.schedule(() -> onThread(this::open), retryMillis, TimeUnit.MILLISECONDS);
    retryMillis = Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
  }

  private void received(Stream from, DiscoveryResponse response) {
    if (stream != from) {
      return;
    }
    if (complained) {
      LOG.info("control plane reached again");
    }
    complained = false;
    retryMillis = FIRST_RETRY_MILLIS;
    from.send(answer(response));
    from.requestNext();
    publish(true);
  }

  private DiscoveryRequest answer(DiscoveryResponse response) {
    DiscoveryRequest.Builder answer =
        request(response.getTypeUrl()).setResponseNonce(response.getNonce());
    ResourceType<?> type =
        response.getTypeUrl().equals(policies.url())
            ? policies
            : response.getTypeUrl().equals(identities.url()) ? identities : null;
    if (type == null) {
      return answer.setErrorDetail(detail("not subscribed to this type")).build();
    }
    try {
      type.apply(response.getVersionInfo(), response.getResourcesList());
      if (policies.status().received() && identities.status().received()) {
        compiler.publish(current);
      }
      List<Rejection> rejected = type.status().rejected();
      if (!rejected.isEmpty()) {
        String text = rejected.stream().map(PolicySubscription::text).collect(Collectors.joining());
        LOG.warn("resources refused, all others are in force:{}", text);
        answer.setErrorDetail(detail(text));
      }
    } catch (InvalidPolicyException | RuntimeException invalid) {
      LOG.warn("response of type {} refused, policy stays as it is", type.url(), invalid);
      answer.setErrorDetail(detail(invalid.toString()));
    }
    return answer.setVersionInfo(type.status().version()).build();
  }

  private static DiscoveryRequest.Builder request(String type) {
    return DiscoveryRequest.newBuilder().setTypeUrl(type);
  }

  private static Status detail(String text) {
    return Status.newBuilder()
        .setCode(INVALID_ARGUMENT)
        .setMessage(text.substring(0, Math.min(text.length(), MAX_DETAIL_CHARS)))
        .build();
  }

  private static String text(Rejection rejection) {
    String text =
        " ["
            + rejection.resource()
            + (rejection.about().isEmpty() ? "" : " " + rejection.about())
            + ": "
            + rejection.reason()
            + (rejection.lastGood() ? "; its last good version stays]" : "; denied until mended]");
    return CONTROL_CHARACTERS.matcher(text).replaceAll("?");
  }

  private void publish(boolean connected) {
    status = new SubscriptionStatus(connected, policies.status(), identities.status());
    listener.accept(status);
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException fault) {
              LOG.error("fault in the policy subscription", fault);
            }
          });
    } catch (RejectedExecutionException closed) {
      LOG.trace("event after close", closed);
    }
  }

  /**
   * One stream; its events are carried over to the subscription's thread, and the next response is
   * asked for when the last has been applied, so that a hasty control plane fills no memory.
   */
  private final class Stream
      implements ClientResponseObserver<DiscoveryRequest, DiscoveryResponse> {
    private @Nullable ClientCallStreamObserver<DiscoveryRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<DiscoveryRequest> requests) {
      call = requests;
      requests.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(DiscoveryResponse response) {
      onThread(() -> received(this, response));
    }

    @Override
    public void onError(Throwable cause) {
      onThread(() -> ended(this, cause));
    }

    @Override
    public void onCompleted() {
      onThread(() -> ended(this, new IllegalStateException("the control plane ended the stream")));
    }

    void send(DiscoveryRequest request) {
      open().onNext(request);
    }

    void requestNext() {
      open().request(1);
    }

    void cancel() {
      open().cancel("the agent closes the subscription", null);
    }

    private ClientCallStreamObserver<DiscoveryRequest> open() {
      return Objects.requireNonNull(call, "the call sets it before it starts");
    }
  }
}
