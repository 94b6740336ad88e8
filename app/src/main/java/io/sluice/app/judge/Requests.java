package io.sluice.app.judge;

import io.sluice.http.codec.DescribedRequest;
import io.sluice.http.guard.Rejected;
import io.sluice.proxy.policy.Request;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a question says on a connection as the filter of a port reads it: by the parsers of
 * the wire, so that what a client could not send is refused here too.
 */
final class Requests {
  private Requests() {}

  /** Bytes that the filter of the port can't read: it ends the connection. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Reads it.
   *
   * @param protocol of the port's rules
   * @param layer7 what is said, or null: nothing but perhaps a server name
   * @param sni the server name, or null: it is not TLS
   */
  static Request read(String protocol, @Nullable Layer7 layer7, @Nullable String sni)
      throws UnreadableException {
    if (sni != null) {
      throw new UnreadableException("TLS can't be read on a port with " + protocol + " rules");
    }
    try {
      return switch (layer7) {
        case Layer7.Http http when protocol.equals("http") -> described(http).overHttp1();
        case Layer7.Grpc grpc when protocol.equals("http") ->
            DescribedRequest.grpc(grpc.service(), grpc.method(), null, grpc.headers()).overHttp2();
        case null, default ->
            throw new UnreadableException(
                name(layer7) + " can't be read on a port with " + protocol + " rules");
      };
    } catch (Rejected rejected) {
      throw new UnreadableException(
          "rejected with " + rejected.status() + ": " + rejected.reason());
    }
  }

  private static DescribedRequest described(Layer7.Http http) {
    return new DescribedRequest(
        http.method(), http.path(), http.host().isEmpty() ? null : http.host(), http.headers());
  }

  private static String name(@Nullable Layer7 layer7) {
    return layer7 == null
        ? "nothing"
        : layer7.getClass().getSimpleName().toUpperCase(Locale.ROOT).replace("GRPC", "gRPC");
  }
}
