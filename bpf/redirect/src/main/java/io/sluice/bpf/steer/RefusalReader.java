package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.RingBuffer;
import io.sluice.bpf.map.Event;
import io.sluice.bpf.steer.RefusedPacket.Reason;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands refusals from the kernel to a sink, on a daemon thread of its own, until closed. */
final class RefusalReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RefusalReader.class);

  /** How long {@link #close} may have to wait for the thread to look. */
  private static final int POLL_MILLIS = 200;

  private final RingBuffer buffer;
  private final Thread thread;
  private volatile boolean closing;

  private RefusalReader(BpfMap events, Consumer<RefusedPacket> sink) throws BpfException {
    buffer = new RingBuffer(events, record -> sink.accept(packet(record)));
    thread = Thread.ofPlatform().daemon().name("sluice-refusals").unstarted(this::read);
  }

  static RefusalReader start(BpfMap events, Consumer<RefusedPacket> sink) throws BpfException {
    RefusalReader reader = new RefusalReader(events, sink);
    reader.thread.start();
    return reader;
  }

  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    buffer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try {
      while (!closing) {
        buffer.poll(POLL_MILLIS);
      }
    } catch (BpfException failed) {
      log.error("refused connections are not reported any more: {}", failed.getMessage());
    }
  }

  private static RefusedPacket packet(MemorySegment record) {
    Event event = Event.read(record);
    return new RefusedPacket(
        Instant.now().minusNanos(System.nanoTime() - event.time()),
        event.endpoint(),
        event.egress(),
        event.source(),
        event.sourcePort(),
        event.destination(),
        event.destinationPort(),
        event.identity(),
        event.noProxy() ? Reason.NO_PROXY : Reason.NOT_ALLOWED);
  }
}
