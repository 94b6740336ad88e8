package io.sluice.xds.crd;

/** The first thing that is wrong with an object. */
final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final String source;
  private final String field;

  RejectedException(String source, String field, String reason) {
    super(reason);
    this.source = source;
    this.field = field;
  }

  String source() {
    return source;
  }

  String field() {
    return field;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
