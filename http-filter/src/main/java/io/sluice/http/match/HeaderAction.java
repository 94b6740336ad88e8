package io.sluice.http.match;

import io.sluice.http.codec.HeaderEdits;
import org.jspecify.annotations.Nullable;

/**
 * What a rule does where a header is not as it wants it: never a condition, so the rule holds
 * either way (policy language, section 5.3).
 *
 * @param kind what is done
 * @param name as the rule has it
 * @param lowerName in lower case
 * @param value the wanted value; null: the header must be there with any value
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HeaderAction(Kind kind, String name, byte[] lowerName, byte @Nullable [] value) {
  private static final byte[] EMPTY = {};

  /** What is done. */
  enum Kind {
    /** The flow says so. */
    LOG,
    /** The value is added; others stay. */
    ADD,
    /** Other values are removed. */
    DELETE,
    /** Other values are replaced by the wanted one. */
    REPLACE
  }

  /** Does it, if the header as the edits have left it is not as wanted. */
  void run(HeaderEdits edits) {
    if (edits.matches(lowerName, value)) {
      return;
    }
    byte[] wanted = value == null ? EMPTY : value;
    switch (kind) {
      case LOG -> edits.noteMissing(name, lowerName, wanted);
      case ADD -> add(edits, wanted);
      case DELETE -> edits.remove(name, lowerName);
      case REPLACE -> {
        edits.remove(name, lowerName);
        add(edits, wanted);
      }
    }
  }

  private void add(HeaderEdits edits, byte[] wanted) {
    edits.add(name, lowerName, wanted);
    edits.noteMissing(name, lowerName, wanted);
  }
}
