package io.sluice.proxy.accept;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The connections of one event loop, touched by that loop only: no lock, removal in O(1). */
final class LoopConnections {
  private final List<Registered> connections = new ArrayList<>();

  /** Whether a rejudge task is queued already: many quick swaps need only one. */
  final AtomicBoolean rejudging = new AtomicBoolean();

  void add(Registered connection) {
    connection.slot = connections.size();
    connections.add(connection);
  }

  boolean remove(Registered connection) {
    int slot = connection.slot;
    if (slot < 0) {
      return false;
    }
    Registered last = connections.removeLast();
    if (slot < connections.size()) {
      connections.set(slot, last);
      last.slot = slot;
    }
    connection.slot = -1;
    return true;
  }

  /** Does something with each; a failure ends that connection only. */
  void each(Consumer<Registered> action) {
    // Backwards: an action may remove its own connection, whose place one already seen then takes.
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i >= connections.size()) {
        continue;
      }
      Registered connection = connections.get(i);
      try {
        action.accept(connection);
      } catch (RuntimeException | StackOverflowError cause) {
        connection.fault(cause);
      }
    }
  }
}
