package io.sluice.xds.stream;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A proxy's end of an ADS stream that does just what a test tells it to. */
public final class ScriptedProxy implements StreamObserver<DiscoveryResponse> {
  private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final StreamObserver<DiscoveryRequest> requests;

  public ScriptedProxy(Channel channel) {
    this.requests =
        AggregatedDiscoveryServiceGrpc.newStub(channel)
            .withMaxInboundMessageSize(DiscoveryService.MAX_RESPONSE_BYTES)
            .streamAggregatedResources(this);
  }

  public void send(DiscoveryRequest request) {
    requests.onNext(request);
  }

  public void subscribe(String type) {
    send(DiscoveryRequest.newBuilder().setTypeUrl(type).build());
  }

  public void ack(DiscoveryResponse response) {
    send(answer(response).setVersionInfo(response.getVersionInfo()).build());
  }

  public void nack(DiscoveryResponse response, String reason) {
    send(answer(response).setErrorDetail(Status.newBuilder().setMessage(reason)).build());
  }

  private static DiscoveryRequest.Builder answer(DiscoveryResponse response) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(response.getTypeUrl())
        .setResponseNonce(response.getNonce());
  }

  /** The next response; fails the test if none comes. */
  public DiscoveryResponse next() throws InterruptedException {
    DiscoveryResponse response = responses.poll(10, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("no response within 10 s");
    }
    return response;
  }

  /** The next response, answered with an ACK. */
  public DiscoveryResponse nextAccepted() throws InterruptedException {
    DiscoveryResponse response = next();
    ack(response);
    return response;
  }

  /** Whether nothing arrives for a while. */
  public boolean silentFor(Duration time) throws InterruptedException {
    return responses.poll(time.toMillis(), TimeUnit.MILLISECONDS) == null;
  }

  /** Why the server ended the stream. */
  public Throwable failure() throws Exception {
    return failure.get(10, TimeUnit.SECONDS);
  }

  public void hangUp() {
    requests.onCompleted();
  }

  @Override
  public void onNext(DiscoveryResponse response) {
    responses.add(response);
  }

  @Override
  public void onError(Throwable broken) {
    failure.complete(broken);
  }

  @Override
  public void onCompleted() {
    failure.complete(new AssertionError("completed"));
  }
}
