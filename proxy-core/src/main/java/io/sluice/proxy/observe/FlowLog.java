package io.sluice.proxy.observe;

import io.sluice.proxy.spi.Flow;
import io.sluice.proxy.spi.FlowSink;
import io.sluice.proxy.spi.RequestRecord;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends every flow as a JSON line within a second, and never makes its giver wait: what does not
 * fit between the two is lost and counted, be it for a full disk, a slow reader or a flood.
 */
public final class FlowLog implements FlowSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlowLog.class);

  /** The most that waiting flows may keep alive, so that large heads don't add up. */
  private static final long MAX_WAITING_BYTES = 32L * 1024 * 1024;

  private static final int BATCH_BYTES = 64 * 1024;
  private static final long BUSY_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long IDLE_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long RETRY_PAUSE = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_WORDS_MILLIS = 2_000;

  private final Queue<Object> waiting;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final LongAdder lost = new LongAdder();
  private final WritableByteChannel target;
  private final boolean owned;
  private final JsonBytes batch = new JsonBytes(2 * BATCH_BYTES);
  private final FlowJson json;
  private final Thread writer;
  private volatile boolean closing;
  private boolean failing;
  private boolean torn;

  private FlowLog(
      WritableByteChannel target,
      boolean owned,
      String node,
      int ringSize,
      Collection<String> redactedHeaders) {
    this.target = target;
    this.owned = owned;
    this.waiting = new MpscAtomicArrayQueue<>(ringSize);
    this.json = new FlowJson(batch, node, new Redaction(redactedHeaders));
    this.writer = Thread.ofPlatform().daemon().name("flows").unstarted(this::run);
  }

  /**
   * Starts one.
   *
   * @param file appended to, made if missing; {@code -} is standard output
   * @param node the name of this node
   * @param ringSize how many flows may wait; rounded up to a power of two
   * @param redactedHeaders names of headers whose values are credentials, beside the usual ones
   * @throws IOException if the file can't be opened
   */
  public static FlowLog open(
      String file, String node, int ringSize, Collection<String> redactedHeaders)
      throws IOException {
    WritableByteChannel target =
        file.equals("-")
            ? new FileOutputStream(FileDescriptor.out).getChannel()
            : FileChannel.open(
                Path.of(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    return start(target, !file.equals("-"), node, ringSize, redactedHeaders);
  }

  /** Starts one that writes to a channel; it is closed with the log if it is owned. */
  static FlowLog start(
      WritableByteChannel target,
      boolean owned,
      String node,
      int ringSize,
      Collection<String> redactedHeaders) {
    FlowLog log = new FlowLog(target, owned, node, ringSize, redactedHeaders);
    log.writer.start();
    return log;
  }

  @Override
  public void record(Flow flow) {
    offer(flow);
  }

  /** Records the kernel's verdict on a packet. */
  public void record(PacketFlow packet) {
    offer(packet);
  }

  /** How many flows were given and will never be written. */
  public long lost() {
    return lost.sum();
  }

  /** Writes what waits, for two seconds at most, and ends. */
  @Override
  public void close() throws IOException {
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (owned) {
      target.close();
    }
  }

  private void offer(Object flow) {
    long size = size(flow);
    if (closing || waitingBytes.get() + size > MAX_WAITING_BYTES) {
      lost.increment();
      return;
    }
    waitingBytes.addAndGet(size);
    if (!waiting.offer(flow)) {
      waitingBytes.addAndGet(-size);
      lost.increment();
    }
  }

  private static long size(Object flow) {
    RequestRecord request = flow instanceof Flow about ? about.request() : null;
    return request == null ? 0 : request.length();
  }

  private void run() {
    while (true) {
      boolean last = closing;
      boolean busy = false;
      while (fill()) {
        busy = true;
        if (!flush()) {
          LockSupport.parkNanos(last ? 0 : RETRY_PAUSE);
        }
      }
      if (last) {
        return;
      }
      // Not woken by each flow: that would be a call into the kernel, on an event loop.
      LockSupport.parkNanos(busy ? BUSY_PAUSE : IDLE_PAUSE);
    }
  }

  /** Puts the next flows into the batch; false if there were none. */
  private boolean fill() {
    batch.truncate(0);
    if (torn) {
      batch.raw("\n");
    }
    int empty = batch.length();
    while (batch.length() < BATCH_BYTES) {
      Object next = waiting.poll();
      if (next == null) {
        break;
      }
      waitingBytes.addAndGet(-size(next));
      append(next);
    }
    return batch.length() > empty;
  }

  private void append(Object next) {
    int before = batch.length();
    try {
      switch (next) {
        case Flow flow -> json.write(flow);
        case PacketFlow packet -> json.write(packet);
        default -> throw new IllegalStateException("only flows are offered");
      }
    } catch (RuntimeException fault) {
      batch.truncate(before);
      lost.increment();
      LOG.debug("a flow could not be written", fault);
    }
  }

  private boolean flush() {
    ByteBuffer rest = batch.view();
    try {
      while (rest.hasRemaining()) {
        target.write(rest);
      }
      torn = false;
      if (failing) {
        failing = false;
        LOG.info("flows are written again; {} lost so far", lost());
      }
      return true;
    } catch (IOException failure) {
      lost.add(lines(rest.duplicate()) - (torn && rest.position() == 0 ? 1 : 0));
      if (rest.position() > 0) {
        // What is half written is ended by a line break before the next line.
        torn = batch.view().get(rest.position() - 1) != '\n';
      }
      if (!failing) {
        failing = true;
        LOG.warn("flows can't be written, they are lost and counted until they can", failure);
      }
      return false;
    }
  }

  private static long lines(ByteBuffer rest) {
    long lines = 0;
    while (rest.hasRemaining()) {
      if (rest.get() == '\n') {
        lines++;
      }
    }
    return lines;
  }
}
