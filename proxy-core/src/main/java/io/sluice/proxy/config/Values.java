package io.sluice.proxy.config;

import java.util.HashMap;
import java.util.Map;

/** The values that were given, by key; each of its key's type, as only its setting makes it. */
final class Values {
  private final Map<Key<?>, Object> given = new HashMap<>();

  void put(Key<?> key, Object value) {
    given.put(key, value);
  }

  /** The value that was given, else the default. */
  @SuppressWarnings("unchecked") // put by the key's own setting
  <T> T get(Key<T> key) {
    return (T) given.getOrDefault(key, key.byDefault());
  }
}
