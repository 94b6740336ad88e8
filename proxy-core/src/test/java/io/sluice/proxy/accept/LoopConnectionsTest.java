package io.sluice.proxy.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.sluice.proxy.policy.Direction;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LoopConnectionsTest {
  private final LoopConnections connections = new LoopConnections();

  /** Each number takes away the connection at that place, or adds one if there is none. */
  @Property
  void holdsExactlyWhatWasAddedAndNotRemoved(
      @ForAll @Size(max = 60) List<@IntRange(max = 20) Integer> steps) {
    LoopConnections tested = new LoopConnections();
    List<Registered> expected = new ArrayList<>();
    for (int step : steps) {
      if (step < expected.size()) {
        Registered gone = expected.remove(step);
        assertThat(tested.remove(gone)).isTrue();
        assertThat(tested.remove(gone)).isFalse();
      } else {
        Registered added = new Recording();
        expected.add(added);
        tested.add(added);
      }
      List<Registered> seen = new ArrayList<>();
      tested.each(seen::add);
      assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void reachesEachOneAlsoWhenTheyLeaveMeanwhile() {
    List<Registered> all = add(10);
    Set<Registered> seen = new HashSet<>();
    connections.each(
        connection -> {
          seen.add(connection);
          connections.remove(connection);
        });
    assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void goesOnWhenOneFails() {
    List<Registered> all = add(3);
    connections.each(
        connection -> {
          if (connection == all.get(1)) {
            throw new IllegalStateException("a bug, for the test");
          }
          connection.drain();
        });
    assertThat(all)
        .extracting(one -> ((Recording) one).calls)
        .containsExactly(List.of("drain"), List.of("fault"), List.of("drain"));
  }

  private List<Registered> add(int count) {
    List<Registered> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(new Recording());
      connections.add(all.get(i));
    }
    return all;
  }

  private static final class Recording extends Registered {
    final List<String> calls = new ArrayList<>();

    @Override
    protected EventLoop loop() {
      throw new UnsupportedOperationException();
    }

    @Override
    protected long endpointId() {
      return 1;
    }

    @Override
    public Direction direction() {
      return Direction.INGRESS;
    }

    @Override
    public InetSocketAddress destination() {
      return new InetSocketAddress("127.0.0.1", 80);
    }

    @Override
    protected void rejudge() {
      calls.add("rejudge");
    }

    @Override
    protected void finish() {
      calls.add("finish");
    }

    @Override
    protected void drain() {
      calls.add("drain");
    }

    @Override
    protected void tick(long nowNanos) {
      calls.add("tick");
    }

    @Override
    public void reset() {
      calls.add("reset");
    }

    @Override
    protected void fault(Throwable cause) {
      calls.add("fault");
    }
  }
}
