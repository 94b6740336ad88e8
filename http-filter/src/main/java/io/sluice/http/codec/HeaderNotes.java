package io.sluice.http.codec;

import java.util.List;

/**
 * What the flow of a request says about its header fields beside themselves.
 *
 * @param missing fields that rules wanted and that were not there with that value
 * @param rejected fields of the client that rules removed
 * @param secrets lower-case names of fields whose values are not shown
 */
record HeaderNotes(List<Field> missing, List<Field> rejected, byte[][] secrets) {
  /** Nothing to say. */
  static final HeaderNotes NONE = new HeaderNotes(List.of(), List.of(), new byte[0][]);

  /** One field, its value as it may be shown. */
  record Field(String name, String value) {
    int length() {
      return name.length() + value.length();
    }
  }

  /** About how many bytes of memory it takes. */
  int length() {
    int length = 0;
    for (Field field : missing) {
      length += field.length();
    }
    for (Field field : rejected) {
      length += field.length();
    }
    return length;
  }
}
