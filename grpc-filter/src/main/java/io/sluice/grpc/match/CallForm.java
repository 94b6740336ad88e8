package io.sluice.grpc.match;

import org.jspecify.annotations.Nullable;

/**
 * What makes a request a gRPC call that has one reading: HTTP/2, POST, a gRPC content-type, and a
 * path that is {@code /service/method} and nothing else. What servers could read differently
 * (escapes, dot segments, doubled slashes, a query) is no call.
 */
final class CallForm {
  private static final String CONTENT_TYPE = "application/grpc";

  /** What no path of a call has: the parts of the path can't be told. */
  static final int NO_CALL = -1;

  private CallForm() {}

  /** Where the slash between service and method is, or {@link #NO_CALL} if it is no gRPC call. */
  static int slash(GrpcRequest request) {
    return request.http2()
            && CharSequence.compare(request.httpMethod(), "POST") == 0
            && hasContentType(request)
        ? slash(request.path())
        : NO_CALL;
  }

  /** Which part of the request is not a gRPC call's, or null if it is one. */
  static @Nullable Defect defect(GrpcRequest request) {
    if (!request.http2()) {
      return new Defect("protocol", "is HTTP/1, gRPC needs HTTP/2");
    }
    if (CharSequence.compare(request.httpMethod(), "POST") != 0) {
      return new Defect("method", "the HTTP method is not POST");
    }
    if (!hasContentType(request)) {
      return new Defect("content-type", "is not application/grpc or application/grpc+…");
    }
    if (slash(request.path()) == NO_CALL) {
      return new Defect("path", "is not /service/method in letters, digits, \".\", \"_\", \"-\"");
    }
    return null;
  }

  /** A field of the request and what is wrong with it; never quotes the request. */
  record Defect(String field, String why) {}

  private static int slash(CharSequence path) {
    int length = path.length();
    if (length == 0 || path.charAt(0) != '/') {
      return NO_CALL;
    }
    int slash = NO_CALL;
    for (int i = 1; i < length; i++) {
      char c = path.charAt(i);
      if (c == '/' && slash == NO_CALL) {
        slash = i;
      } else if (!isNameCharacter(c)) {
        return NO_CALL;
      }
    }
    return slash != NO_CALL && isName(path, 1, slash) && isName(path, slash + 1, length)
        ? slash
        : NO_CALL;
  }

  private static boolean isName(CharSequence path, int from, int to) {
    for (int i = from; i < to; i++) {
      if (path.charAt(i) != '.') {
        return true;
      }
    }
    return false; // nothing, or nothing but dots
  }

  /** Whether names of services and methods may have it. */
  static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }

  private static boolean hasContentType(GrpcRequest request) {
    boolean present = false;
    for (int i = 0; i < request.fieldCount(); i++) {
      if (HeaderCondition.sameName(request.fieldName(i), "content-type")) {
        if (!isGrpc(request.fieldValue(i))) {
          return false;
        }
        present = true;
      }
    }
    return present;
  }

  // "application/grpc-web" is another protocol.
  private static boolean isGrpc(CharSequence type) {
    int length = type.length();
    int common = CONTENT_TYPE.length();
    if (length < common || CharSequence.compare(type.subSequence(0, common), CONTENT_TYPE) != 0) {
      return false;
    }
    if (length == common) {
      return true;
    }
    for (int i = common + 1; i < length; i++) {
      if (!isNameCharacter(type.charAt(i))) {
        return false;
      }
    }
    return type.charAt(common) == '+' && length > common + 1;
  }
}
