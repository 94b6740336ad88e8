package io.sluice.bpf.map;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A map of the kernel and what we know to be in it; only differences are written.
 *
 * <p>Writes go from the most specific key to the least, removals the other way. So between two
 * states a lookup by longest prefix finds what one of the two would have found, never what neither
 * says: a range that is allowed is not there before the port in it that is steered.
 *
 * <p>Nobody else may write to the map. Not thread-safe.
 *
 * @param <K> key
 * @param <V> value
 */
public final class MirroredMap<K, V> {
  private final BpfMap map;
  private final Layout<K> keys;
  private final Layout<V> values;
  private final Comparator<? super K> specificFirst;
  private final Map<K, V> written = new HashMap<>();

  /**
   * @param map empty, as it is after loading
   * @param specificFirst sorts keys that may match the same packet, the one that wins first
   */
  public MirroredMap(
      BpfMap map, Layout<K> keys, Layout<V> values, Comparator<? super K> specificFirst) {
    this.map = map;
    this.keys = keys;
    this.values = values;
    this.specificFirst = specificFirst;
  }

  /** Writes the entries that are new or different, removes none; false if there are none. */
  public boolean putAll(Map<K, V> desired) throws BpfException {
    List<Map.Entry<K, V>> different = new ArrayList<>();
    for (Map.Entry<K, V> entry : desired.entrySet()) {
      if (!entry.getValue().equals(written.get(entry.getKey()))) {
        different.add(entry);
      }
    }
    different.sort(Map.Entry.comparingByKey(specificFirst));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(keys.bytes(), 8);
      MemorySegment value = arena.allocate(values.bytes(), 8);
      for (Map.Entry<K, V> entry : different) {
        keys.write(entry.getKey(), key.fill((byte) 0));
        values.write(entry.getValue(), value.fill((byte) 0));
        map.put(key, value);
        written.put(entry.getKey(), entry.getValue());
      }
    }
    return !different.isEmpty();
  }

  /** Removes every entry whose key is not in {@code desired}; false if there are none. */
  public boolean retainAll(Map<K, V> desired) throws BpfException {
    List<K> stale = new ArrayList<>();
    for (K key : written.keySet()) {
      if (!desired.containsKey(key)) {
        stale.add(key);
      }
    }
    remove(stale);
    return !stale.isEmpty();
  }

  /** Removes the entries with these keys; false if there are none. */
  public boolean removeAll(Set<K> gone) throws BpfException {
    List<K> stale = new ArrayList<>(gone);
    stale.retainAll(written.keySet());
    remove(stale);
    return !stale.isEmpty();
  }

  private void remove(List<K> stale) throws BpfException {
    stale.sort(specificFirst.reversed());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(keys.bytes(), 8);
      for (K k : stale) {
        keys.write(k, key.fill((byte) 0));
        map.remove(key);
        written.remove(k);
      }
    }
  }
}
