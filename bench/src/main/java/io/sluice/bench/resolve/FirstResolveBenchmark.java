package io.sluice.bench.resolve;

import com.google.protobuf.Any;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From the manifests of a large cluster to the first resources, in a JVM that has done nothing
 * before, as after a restart; within a heap of 1 GiB that also holds the manifests.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 3, jvmArgsAppend = "-Xmx1g")
public class FirstResolveBenchmark {
  private static final int MEBIBYTE = 1 << 20;

  @SuppressWarnings("NullAway.Init") // by setUp()
  private Plane plane;

  @SuppressWarnings("NullAway.Init") // by first()
  private List<Any> resources;

  /** Makes the manifests. */
  @Setup
  public void setUp() {
    plane = new Plane();
  }

  /** Validates, resolves and translates everything. */
  @Benchmark
  public List<Any> first() {
    resources = plane.resources(plane.admit());
    return resources;
  }

  /** Says what is left in memory: manifests, valid objects, and what was resolved. */
  @TearDown
  public void weigh() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        "%nheap in use after a collection: %d MiB; resources: %d, %d MiB%n",
        (runtime.totalMemory() - runtime.freeMemory()) / MEBIBYTE,
        resources.size(),
        resources.stream().mapToLong(Any::getSerializedSize).sum() / MEBIBYTE);
  }
}
