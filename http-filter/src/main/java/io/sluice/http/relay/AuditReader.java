package io.sluice.http.relay;

import io.netty.buffer.ByteBuf;
import io.sluice.http.codec.Body;
import io.sluice.http.codec.Proved;
import io.sluice.http.codec.RequestHead;
import io.sluice.http.codec.RequestParser;
import io.sluice.http.codec.ResponseHead;
import io.sluice.http.codec.ResponseParser;
import io.sluice.http.guard.Rejected;
import io.sluice.http.guard.ResponseSplitting;
import io.sluice.proxy.policy.Audited;
import io.sluice.proxy.policy.PeerPolicy;
import io.sluice.proxy.policy.Permit;
import io.sluice.proxy.policy.Verdict;
import io.sluice.proxy.spi.Connection;
import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.Limits;
import io.sluice.proxy.spi.Onlooker;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests and answers of a connection beside their way, and records what enforcing would
 * have done about each; whatever happens here changes nothing there.
 *
 * <p>Where enforcing would have ended the connection (bytes without one safe reading, too large
 * heads, CONNECT) it says so once and stops: from there on nobody can tell what the bytes are.
 */
public final class AuditReader implements Onlooker {
  /** Requests without an answer to which answers are still paired; their heads are kept. */
  private static final int MAX_UNANSWERED = 64;

  private final Connection connection;
  private final Limits limits;
  private final Recorder recorder;
  private final RequestParser requests;
  private final ResponseParser answers;
  private final Proved proved;
  private final HeadMemory.Share memory;
  private final Deque<Exchange> unanswered = new ArrayDeque<>();
  private @Nullable Exchange reading;
  private @Nullable Body requestBody;
  private boolean switches;
  private boolean readsRequests = true;
  private boolean readsAnswers = true;

  private interface Reading {
    void of(ByteBuf in) throws Rejected;
  }

  /**
   * Makes the reader of one connection.
   *
   * @param connection whose bytes it gets
   * @param heads what the heads of all connections may take
   */
  public AuditReader(Connection connection, HeadMemory heads) {
    this.connection = connection;
    this.limits = connection.limits();
    this.recorder = new Recorder(connection);
    this.proved = new Proved(connection.downstream().alloc());
    this.memory = heads.share();
    this.requests =
        new RequestParser(limits.requestLineBytes(), limits.headerBytes(), limits.headerFields());
    this.answers =
        new ResponseParser(limits.requestLineBytes(), limits.headerBytes(), limits.headerFields());
  }

  /** Reads on in what the client sent; only the reader index of the buffer is moved. */
  @Override
  public void clientSent(ByteBuf in) {
    if (readsRequests) {
      read(in, this::requests, Flow.Type.REQUEST);
    }
  }

  /** Reads on in what the server sent; only the reader index of the buffer is moved. */
  @Override
  public void serverSent(ByteBuf in) {
    if (readsAnswers) {
      read(in, this::answers, Flow.Type.RESPONSE);
    }
  }

  /** The server has sent FIN, which may be the end of an answer's body. */
  @Override
  public void serverEnded() {
    Exchange last = unanswered.peek();
    if (last != null && last.responseBody != null && last.responseBody.endsWithConnection()) {
      answered(last);
    }
    readsAnswers = false;
  }

  /** Lets go of everything. */
  @Override
  public void stop() {
    readsRequests = false;
    readsAnswers = false;
    reading = null;
    requestBody = null;
    unanswered.clear();
    proved.drop();
    memory.hold(0);
  }

  // A fault of the reader ends the reading and nothing else.
  private void read(ByteBuf in, Reading reading, Flow.Type type) {
    try {
      reading.of(in);
      if (!memory.hold(heldBytes())) {
        wouldReject(type, "large heads take too much memory on this node");
      }
    } catch (Rejected refused) {
      wouldReject(type, refused.reason());
    } catch (RuntimeException fault) {
      wouldReject(type, "the request could not be judged");
    } finally {
      proved.drop();
    }
  }

  private int heldBytes() {
    if (!readsRequests && !readsAnswers) {
      return 0;
    }
    int held = requests.heldBytes() + answers.heldBytes();
    for (Exchange exchange : unanswered) {
      held += exchange.heldBytes();
    }
    return held;
  }

  /** Of a request that would have been refused neither body nor answer is refused once more. */
  private void wouldReject(Flow.Type type, String reason) {
    boolean head = type == Flow.Type.REQUEST && requestBody == null;
    Exchange about = type == Flow.Type.REQUEST ? reading : unanswered.peek();
    if (head || about == null) {
      recorder.wouldReject(type, requests.soFar(), reason);
    } else if (!about.audited) {
      recorder.wouldReject(type, about.request, reason);
    }
    stop();
  }

  private void requests(ByteBuf in) throws Rejected {
    while (in.isReadable() && readsRequests) {
      if (switches) {
        readsRequests = false; // whether these bytes are a request is in an answer still to come
        return;
      }
      Body body = requestBody;
      if (body == null) {
        RequestHead head = request(in);
        if (head == null) {
          return;
        }
        judge(head);
      } else {
        proved.begin(in, in.readerIndex());
        body.read(in, proved);
        proved.drop();
        requestBody = body.isComplete() ? null : body;
      }
    }
  }

  // Answers to what came before are still read.
  private @Nullable RequestHead request(ByteBuf in) {
    try {
      return requests.read(in);
    } catch (Rejected refused) {
      recorder.wouldReject(Flow.Type.REQUEST, requests.soFar(), refused.reason());
      readsRequests = false;
      return null;
    }
  }

  private void judge(RequestHead head) {
    long arrived = System.nanoTime();
    PeerPolicy policy = connection.policy();
    Permit permit = policy.connection().permit();
    if (permit == null || policy.protocol() == null) {
      stop(); // the policy has changed: nothing is left to say, or the connection ends now
      return;
    }
    Verdict verdict =
        head.isConnect() ? new Audited(permit, Conversation.NO_CONNECT) : policy.judge(head);
    RequestHead shown = policy.forwarded(head);
    recorder.judged(shown, verdict, System.nanoTime() - arrived);
    if (head.isConnect()) {
      stop(); // what follows is the tunnel's
      return;
    }
    Exchange exchange = new Exchange(head, shown, permit, arrived);
    exchange.audited = verdict instanceof Audited;
    reading = exchange;
    Body body = head.body(limits.headerBytes(), limits.headerFields());
    requestBody = body.isComplete() ? null : body;
    if (unanswered.size() == MAX_UNANSWERED) {
      readsAnswers = false;
      unanswered.clear();
    }
    switches = head.upgrade();
    if (readsAnswers) {
      unanswered.add(exchange);
    }
  }

  private void answers(ByteBuf in) throws Rejected {
    while (in.isReadable() && readsAnswers) {
      Exchange exchange = unanswered.peek();
      if (exchange == null) {
        readsAnswers = false; // to nothing that was a request
        return;
      }
      Body body = exchange.responseBody;
      if (body == null) {
        ResponseHead head = answers.read(in, exchange.request);
        if (head == null) {
          return;
        }
        head(exchange, head);
      } else {
        proved.begin(in, in.readerIndex());
        body.read(in, proved);
        proved.drop();
      }
      if (exchange.responseComplete()) {
        answered(exchange);
      }
    }
  }

  private void head(Exchange exchange, ResponseHead head) throws Rejected {
    if (head.isInterim()) {
      ResponseSplitting.interim(++exchange.interim, exchange.request.http10());
      return;
    }
    exchange.response = head;
    if (head.isSwitching()) {
      recorder.answered(exchange, head);
      stop(); // what follows is the tunnel's that was granted
    } else {
      exchange.responseBody = head.body(limits.headerBytes(), limits.headerFields());
    }
  }

  private void answered(Exchange exchange) {
    if (exchange.response != null) {
      recorder.answered(exchange, exchange.response);
    }
    unanswered.poll();
    switches = false;
  }
}
