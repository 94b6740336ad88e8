package io.sluice.dns.relay;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many queries may wait for answers, in all and of one endpoint. Safe from any thread. */
final class InFlightBudget {
  private final int most;
  private final int mostPerEndpoint;
  private final AtomicInteger all = new AtomicInteger();
  private final ConcurrentHashMap<Long, Integer> endpoints = new ConcurrentHashMap<>();

  InFlightBudget(int most, int mostPerEndpoint) {
    this.most = most;
    this.mostPerEndpoint = mostPerEndpoint;
  }

  /** Takes one, or none if the bound is reached. */
  boolean take(long endpoint) {
    if (all.incrementAndGet() > most) {
      all.decrementAndGet();
      return false;
    }
    if (endpoints.merge(endpoint, 1, Integer::sum) > mostPerEndpoint) {
      giveBack(endpoint);
      return false;
    }
    return true;
  }

  /** How many are taken. */
  int taken() {
    return all.get();
  }

  /** Gives one back. */
  void giveBack(long endpoint) {
    all.decrementAndGet();
    endpoints.computeIfPresent(endpoint, (id, count) -> count == 1 ? null : count - 1);
  }
}
