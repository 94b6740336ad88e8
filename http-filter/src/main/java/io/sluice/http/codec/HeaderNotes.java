package io.sluice.http.codec;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the flow of a request says about its header fields beside themselves.
 *
 * @param missing fields that rules wanted and that were not there with that value
 * @param rejected fields of the client that rules removed
 * @param secrets lower-case names of fields whose values are not shown
 */
record HeaderNotes(List<Field> missing, List<Field> rejected, List<byte[]> secrets) {
  /** Nothing to say. */
  static final HeaderNotes NONE = new HeaderNotes(List.of(), List.of(), List.of());

  /** One field, its value as it may be shown. */
  record Field(String name, String value) {
    int length() {
      return name.length() + value.length();
    }
  }

  /** These and more. */
  HeaderNotes and(HeaderNotes more) {
    return new HeaderNotes(
        concat(missing, more.missing),
        concat(rejected, more.rejected),
        concat(secrets, more.secrets));
  }

  private static <T> List<T> concat(List<T> some, List<T> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
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
