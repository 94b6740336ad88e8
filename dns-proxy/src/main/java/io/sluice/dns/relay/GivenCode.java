package io.sluice.dns.relay;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Query;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The response code that a client was given; also the value of the metric label {@code rcode}. A
 * fixed few, whatever servers say.
 */
public enum GivenCode {
  /** No error. */
  NOERROR(0),
  /** No error, but no record of the type asked for either (RFC 2308, 1: a pseudo code). */
  NODATA(0),
  /** The query could not be read. */
  FORMERR(1),
  /** It could not be answered. */
  SERVFAIL(2),
  /** There is no such name. */
  NXDOMAIN(3),
  /** The kind of query is not supported. */
  NOTIMP(4),
  /** Refused. */
  REFUSED(5),
  /** A server's code that is none of the others. */
  OTHER(-1),
  /** It was given nothing. */
  NONE(-1);

  private static final int CODE = 0x0f;
  private static final int TYPE_ANY = 255;

  private final int number;

  GivenCode(int number) {
    this.number = number;
  }

  /** The number in a message; -1 for {@link #OTHER} and {@link #NONE}. */
  int number() {
    return number;
  }

  /** The name in metrics. */
  public String label() {
    return number < 0 ? name().toLowerCase(Locale.ROOT) : name();
  }

  /** That of a message that we made; null for silence. */
  static GivenCode of(byte @Nullable [] reply) {
    return reply == null ? NONE : of(reply[3] & CODE);
  }

  /** That of a server's answer. */
  static GivenCode of(Query query, Answer answer) {
    GivenCode code = of(answer.code());
    return code == NOERROR && !answer.isTruncated() && isEmpty(query, answer) ? NODATA : code;
  }

  private static boolean isEmpty(Query query, Answer answer) {
    int type = query.type();
    return answer.addresses().isEmpty()
        && (type == TYPE_ANY ? answer.types().isEmpty() : !answer.types().contains(type));
  }

  private static GivenCode of(int number) {
    return switch (number) {
      case 0 -> NOERROR;
      case 1 -> FORMERR;
      case 2 -> SERVFAIL;
      case 3 -> NXDOMAIN;
      case 4 -> NOTIMP;
      case 5 -> REFUSED;
      default -> OTHER;
    };
  }
}
