package io.sluice.bench.resolve;

import com.google.protobuf.Any;
import io.sluice.xds.world.World;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From one changed object of a large cluster to the resources that are sent then. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 10)
@Measurement(iterations = 3, time = 20)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
public class ChangeBenchmark {
  /**
   * Whether a pod gets another label, so that its identity is another, or a policy another port.
   */
  @Param({"pod", "policy"})
  public String changed = "";

  @SuppressWarnings("NullAway.Init") // by setUp()
  private Plane plane;

  @SuppressWarnings("NullAway.Init") // by change()
  private World world;

  private int changes;

  /** Brings everything up to date once. */
  @Setup
  public void setUp() {
    plane = new Plane();
    plane.resources(plane.admit());
  }

  /** Only from valid objects on; validation looks through all manifests for what is new. */
  @State(Scope.Thread)
  public static class Admitted {
    /** Changes one object, not measured. */
    @Setup(Level.Invocation)
    public void change(ChangeBenchmark benchmark) {
      benchmark.change();
      benchmark.world = benchmark.plane.admit();
    }
  }

  /** Resolves and translates. */
  @Benchmark
  public List<Any> resolve(Admitted admitted) {
    return plane.resources(world);
  }

  /** Validates, resolves and translates. */
  @Benchmark
  public List<Any> admitAndResolve() {
    change();
    return plane.resources(plane.admit());
  }

  private void change() {
    changes++;
    if (changed.equals("pod")) {
      plane.relabelPod(changes);
    } else {
      plane.editPolicy(changes);
    }
  }
}
