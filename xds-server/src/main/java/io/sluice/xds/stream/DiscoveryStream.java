package io.sluice.xds.stream;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxy's stream: of each type at most one response is unanswered at a time, so a slow proxy
 * costs one message, and a refused version is followed only by a newer one.
 */
final class DiscoveryStream implements StreamObserver<DiscoveryRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryStream.class);
  private static final int MAX_REASON = 1000;

  private final DiscoveryService service;
  private final ServerCallStreamObserver<DiscoveryResponse> responses;
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
  private boolean ended;

  /** How far one type has come on this stream. */
  private static final class Subscription {
    long sent;
    boolean answered = true;
    @Nullable Refusal refusal;
  }

  DiscoveryStream(DiscoveryService service, ServerCallStreamObserver<DiscoveryResponse> responses) {
    this.service = service;
    this.responses = responses;
    responses.setOnCancelHandler(this::end);
  }

  @Override
  public synchronized void onNext(DiscoveryRequest request) {
    if (ended) {
      return;
    }
    String type = request.getTypeUrl();
    if (!service.types().contains(type)) {
      // A proxy may ask for more than there is, such as listeners; it hears nothing of those.
      LOG.debug("A proxy asked for a type of resources that is not served");
      return;
    }
    if (request.getResourceNamesCount() > 0) {
      fail("only wildcard subscriptions are served; send no resource_names");
      return;
    }
    Subscription subscription = subscriptions.get(type);
    if (subscription == null) {
      subscriptions.put(type, new Subscription());
    } else if (!answer(type, subscription, request)) {
      return;
    }
    sendNewer();
  }

  /** Takes an answer; returns false if it is none to what was sent last. */
  private boolean answer(String type, Subscription subscription, DiscoveryRequest request) {
    long nonce;
    try {
      nonce = Long.parseUnsignedLong(request.getResponseNonce());
    } catch (NumberFormatException notANumber) {
      fail("response_nonce: expected the decimal nonce of a response");
      return false;
    }
    if (Long.compareUnsigned(nonce, subscription.sent) > 0) {
      fail("response_nonce: no such response was sent on this stream");
      return false;
    }
    if (nonce != subscription.sent || subscription.answered) {
      return false; // an answer to what is no longer the newest says nothing
    }
    subscription.answered = true;
    subscription.refusal = null;
    if (request.hasErrorDetail()) {
      Refusal refusal = new Refusal(type, nonce, printable(request.getErrorDetail().getMessage()));
      subscription.refusal = refusal;
      LOG.warn("A proxy refused version {} of {}: {}", nonce, type, refusal.reason());
    }
    return true;
  }

  /** Sends what is newer than what was sent, of every type whose last response was answered. */
  synchronized void sendNewer() {
    for (String type : service.types()) {
      Subscription subscription = subscriptions.get(type);
      VersionedResources newest = service.newest(type);
      if (ended || subscription == null || newest == null || !subscription.answered) {
        continue;
      }
      if (newest.version() != subscription.sent) {
        subscription.sent = newest.version();
        subscription.answered = false;
        send(newest.response(type));
      }
    }
  }

  private void send(DiscoveryResponse response) {
    try {
      responses.onNext(response);
    } catch (RuntimeException broken) {
      // One proxy that can't be served must not keep the others from being served.
      LOG.warn("A proxy's stream broke: {}", broken.toString());
      end();
    }
  }

  synchronized List<Refusal> refusals() {
    List<Refusal> refusals = new ArrayList<>();
    for (Subscription subscription : subscriptions.values()) {
      if (subscription.refusal != null) {
        refusals.add(subscription.refusal);
      }
    }
    return refusals;
  }

  @Override
  public void onError(Throwable broken) {
    end();
  }

  @Override
  public synchronized void onCompleted() {
    if (!ended) {
      end();
      responses.onCompleted();
    }
  }

  /** Ends the stream with an error. */
  synchronized void fail(Status status) {
    end();
    responses.onError(status.asRuntimeException());
  }

  private void fail(String reason) {
    fail(Status.INVALID_ARGUMENT.withDescription(reason));
  }

  private synchronized void end() {
    ended = true;
    service.ended(this);
  }

  private static String printable(String message) {
    String text = message.length() > MAX_REASON ? message.substring(0, MAX_REASON) : message;
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
