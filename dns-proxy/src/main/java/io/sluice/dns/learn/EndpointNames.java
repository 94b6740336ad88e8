package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What one endpoint has learned, never more than its bounds allow. An address lives until its time
 * ends, and then as long as a connection to it lives and a little longer. Where there is no room,
 * those whose time has ended go first, then those without a connection, the oldest of each first.
 *
 * <p>Safe from any thread; each call takes the lock for a bounded time.
 */
final class EndpointNames {
  /** How many names are looked at for one that can be spared. */
  private static final int MOST_LOOKED_AT = 32;

  private static final long NEVER = -1;

  private final LearnSettings settings;

  /**
   * In the order in which something new was last told of them. What is only looked up stays where
   * it is: to move it would have the collector look through all of them again and again.
   */
  private final SequencedMap<DnsName, SequencedMap<InetAddress, Held>> names =
      new LinkedHashMap<>();

  private int size;

  /**
   * One address of one name.
   *
   * @param dueMillis when its time ends
   * @param livedMillis when a connection to it was last seen after that, or {@link #NEVER}
   */
  private record Held(long dueMillis, long livedMillis) {}

  /** What one call has changed: an address came to a name, or went. */
  interface Changes {
    /** The name has the address now, and had not before. */
    void came(DnsName name, InetAddress address);

    /** The name no longer has the address, for its time has ended. */
    void gone(DnsName name, InetAddress address);

    /** The same before its time, for want of room. */
    void evicted(DnsName name, InetAddress address, Limit limit);
  }

  /**
   * What a sweep has come upon, each name and each address of a name by itself.
   *
   * @param forgottenNames names that have no address any more
   * @param forgottenAddresses addresses that went
   * @param overdueNames names with addresses that stay though their time has ended
   * @param overdueAddresses those addresses
   */
  record Swept(int forgottenNames, int forgottenAddresses, int overdueNames, int overdueAddresses) {
    static final Swept NOTHING = new Swept(0, 0, 0, 0);

    Swept plus(Swept other) {
      return new Swept(
          forgottenNames + other.forgottenNames,
          forgottenAddresses + other.forgottenAddresses,
          overdueNames + other.overdueNames,
          overdueAddresses + other.overdueAddresses);
    }
  }

  EndpointNames(LearnSettings settings) {
    this.settings = settings;
  }

  /** How many addresses there are, those of each name by themselves. */
  synchronized int size() {
    return size;
  }

  /** How many names there are. */
  synchronized int nameCount() {
    return names.size();
  }

  /** Takes in the addresses of a name; what must go for them goes at once. */
  synchronized void learn(
      DnsName name,
      Collection<LearnedAddress> addresses,
      Set<InetAddress> living,
      long nowMillis,
      Changes changes) {
    SequencedMap<InetAddress, Held> known = names.get(name);
    if (known == null) {
      if (names.size() >= settings.namesPerEndpoint()) {
        evictName(living, nowMillis, changes, Limit.ENDPOINT);
      }
      known = new LinkedHashMap<>(4);
    }
    names.putLast(name, known);
    for (LearnedAddress one : addresses) {
      Held before = known.remove(one.address());
      if (before == null && known.size() >= settings.addressesPerName()) {
        evictAddress(name, known, living, nowMillis, changes);
      }
      long due = before == null ? 0 : before.dueMillis;
      known.put(one.address(), new Held(Math.max(due, one.dueMillis()), NEVER));
      if (before == null) {
        size++;
        changes.came(name, one.address());
      }
    }
  }

  /**
   * Forgets the name that can best be spared; false if there is none.
   *
   * @param limit what there is no room in
   */
  synchronized boolean evictName(
      Set<InetAddress> living, long nowMillis, Changes changes, Limit limit) {
    DnsName spared = null;
    int least = Integer.MAX_VALUE;
    int looked = 0;
    for (Map.Entry<DnsName, SequencedMap<InetAddress, Held>> entry : names.entrySet()) {
      int worth = 0;
      for (Map.Entry<InetAddress, Held> address : entry.getValue().entrySet()) {
        worth = Math.max(worth, worth(address, living, nowMillis));
      }
      if (worth < least) {
        least = worth;
        spared = entry.getKey();
      }
      if (worth == 0 || ++looked == MOST_LOOKED_AT) {
        break;
      }
    }
    if (spared == null) {
      return false;
    }
    DnsName name = spared;
    SequencedMap<InetAddress, Held> gone = names.remove(name);
    if (gone != null) {
      size -= gone.size();
      gone.keySet().forEach(address -> changes.evicted(name, address, limit));
    }
    return true;
  }

  private void evictAddress(
      DnsName name,
      SequencedMap<InetAddress, Held> known,
      Set<InetAddress> living,
      long nowMillis,
      Changes changes) {
    InetAddress spared = known.firstEntry().getKey();
    int least = Integer.MAX_VALUE;
    for (Map.Entry<InetAddress, Held> entry : known.entrySet()) {
      int worth = worth(entry, living, nowMillis);
      if (worth < least) {
        least = worth;
        spared = entry.getKey();
      }
    }
    known.remove(spared);
    size--;
    changes.evicted(name, spared, Limit.NAME);
  }

  private static int worth(
      Map.Entry<InetAddress, Held> entry, Set<InetAddress> living, long nowMillis) {
    if (living.contains(entry.getKey())) {
      return 2;
    }
    return entry.getValue().dueMillis > nowMillis ? 1 : 0;
  }

  /**
   * Whether a name that is told again has all these addresses already, each as long as it says or
   * at least until a time.
   */
  synchronized boolean holds(DnsName name, Collection<LearnedAddress> addresses, long untilMillis) {
    SequencedMap<InetAddress, Held> known = names.get(name);
    if (known == null) {
      return false;
    }
    for (LearnedAddress one : addresses) {
      Held held = known.get(one.address());
      if (held == null || held.dueMillis < Math.min(one.dueMillis(), untilMillis)) {
        return false;
      }
    }
    return true;
  }

  /** The addresses whose time has ended: which of them still live has to be found out. */
  synchronized Set<InetAddress> due(long nowMillis) {
    Set<InetAddress> due = new HashSet<>();
    names
        .values()
        .forEach(
            addresses ->
                addresses.forEach(
                    (address, held) -> {
                      if (held.dueMillis <= nowMillis) {
                        due.add(address);
                      }
                    }));
    return due;
  }

  /** Forgets the addresses whose time has ended and to which no connection lives. */
  synchronized Swept sweep(Set<InetAddress> living, long nowMillis, Changes changes) {
    Swept swept = Swept.NOTHING;
    Iterator<Map.Entry<DnsName, SequencedMap<InetAddress, Held>>> each =
        names.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<DnsName, SequencedMap<InetAddress, Held>> name = each.next();
      swept = swept.plus(sweep(name.getKey(), name.getValue(), living, nowMillis, changes));
      if (name.getValue().isEmpty()) {
        each.remove();
      }
    }
    return swept;
  }

  private Swept sweep(
      DnsName name,
      SequencedMap<InetAddress, Held> addresses,
      Set<InetAddress> living,
      long nowMillis,
      Changes changes) {
    int forgotten = 0;
    int overdue = 0;
    Iterator<Map.Entry<InetAddress, Held>> each = addresses.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<InetAddress, Held> address = each.next();
      Held held = address.getValue();
      if (held.dueMillis > nowMillis) {
        continue;
      }
      boolean lives = living.contains(address.getKey());
      if (lives || livedLately(held, nowMillis)) {
        overdue++;
        address.setValue(lives ? new Held(held.dueMillis, nowMillis) : held);
      } else {
        each.remove();
        size--;
        forgotten++;
        changes.gone(name, address.getKey());
      }
    }
    return new Swept(addresses.isEmpty() ? 1 : 0, forgotten, overdue > 0 ? 1 : 0, overdue);
  }

  private boolean livedLately(Held held, long nowMillis) {
    return held.livedMillis != NEVER && nowMillis - held.livedMillis < settings.grace().toMillis();
  }

  /** Everything, as it is now. */
  synchronized List<LearnedName> list(String endpoint) {
    List<LearnedName> list = new ArrayList<>(names.size());
    names.forEach(
        (name, addresses) -> {
          List<LearnedAddress> learned = new ArrayList<>(addresses.size());
          addresses.forEach(
              (address, held) -> learned.add(new LearnedAddress(address, held.dueMillis)));
          list.add(new LearnedName(endpoint, name, List.copyOf(learned)));
        });
    return list;
  }
}
