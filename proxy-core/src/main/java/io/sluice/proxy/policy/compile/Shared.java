package io.sluice.proxy.policy.compile;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds again what was made of equal input, for as long as somebody uses it: so that endpoints that
 * are compiled at different times share it all the same, and nothing is kept for its own sake.
 *
 * @param <K> the input
 * @param <V> what is made of it
 */
final class Shared<K, V> {
  private final Map<K, Kept<K, V>> known = new HashMap<>();
  private final ReferenceQueue<V> unused = new ReferenceQueue<>();

  private static final class Kept<K, V> extends WeakReference<V> {
    private final K key;

    Kept(K key, V value, ReferenceQueue<V> unused) {
      super(value, unused);
      this.key = key;
    }
  }

  @Nullable V get(K key) {
    Kept<K, V> kept = known.get(key);
    return kept == null ? null : kept.get();
  }

  void put(K key, V value) {
    for (Reference<? extends V> gone = unused.poll(); gone != null; gone = unused.poll()) {
      known.remove(((Kept<?, ?>) gone).key, gone);
    }
    known.put(key, new Kept<>(key, value, unused));
  }
}
