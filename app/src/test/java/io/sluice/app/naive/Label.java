package io.sluice.app.naive;

/** One label of an identity. */
record Label(String source, String key, String value) {
  static Label reserved(String name) {
    return new Label("reserved", name, "");
  }
}
