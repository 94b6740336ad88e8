package io.sluice.http.relay;

import io.sluice.http.codec.Body;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.codec.ResponseHead;
import io.sluice.proxy.policy.Permit;
import org.jspecify.annotations.Nullable;

/** An allowed request in flight and what has come of its answer. */
final class Exchange {
  /** What the policy is asked about. */
  final RequestHead judged;

  /** What the server got: the same, but for what rules have changed. */
  final RequestHead request;

  final long arrivedNanos;

  /** What every write to the server rests on; replaced when the policy changes and still allows. */
  Permit permit;

  /** Whether it only went on, and is recorded so, because the rules against it are audited. */
  boolean audited;

  /** Whether the request has been read, and forwarded, to its end. */
  boolean requestComplete;

  /** Whether any byte of an answer has gone to the client: then no other answer can be given. */
  boolean answering;

  /** Whether the server has asked for the body. */
  boolean continued;

  /** Whether the client is told that the connection ends with the answer. */
  boolean last;

  /** How many interim answers have come. */
  int interim;

  /** The final answer's head, once it has come. */
  @Nullable ResponseHead response;

  /** The reader of the final answer's body. */
  @Nullable Body responseBody;

  Exchange(RequestHead judged, RequestHead request, Permit permit, long arrivedNanos) {
    this.judged = judged;
    this.request = request;
    this.permit = permit;
    this.arrivedNanos = arrivedNanos;
  }

  /** The bytes of memory that its heads take. */
  int heldBytes() {
    int requests = request.length() + (request == judged ? 0 : judged.length());
    return requests + (response == null ? 0 : response.length());
  }

  /** Whether the final answer has been read to its end. */
  boolean responseComplete() {
    return responseBody != null && responseBody.isComplete();
  }

  /**
   * Whether both connections are clean for another request. After a final answer to a client that
   * was told nothing about its body, client and server may disagree whether the body comes: never.
   */
  boolean reusable() {
    boolean unsettled = request.expectsContinue() && request.hasBody() && !continued;
    return response != null && response.keepAlive() && request.keepAlive() && !unsettled && !last;
  }
}
