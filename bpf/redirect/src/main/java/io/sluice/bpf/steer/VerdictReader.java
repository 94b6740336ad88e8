package io.sluice.bpf.steer;

import io.sluice.bpf.libbpf.BpfException;
import io.sluice.bpf.libbpf.BpfMap;
import io.sluice.bpf.libbpf.RingBuffer;
import io.sluice.bpf.map.Event;
import io.sluice.bpf.steer.JudgedPacket.Reason;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands verdicts from the kernel to a sink, on a daemon thread of its own, until closed. */
final class VerdictReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(VerdictReader.class);

  /**
   * How long a verdict waits for the thread to look, and {@link #close} with it: the programs wake
   * it only when there are very many.
   */
  private static final int POLL_MILLIS = 100;

  private static final Reason[] REASONS = Reason.values();

  private final RingBuffer buffer;
  private final Thread thread;
  private volatile boolean closing;

  private VerdictReader(BpfMap events, Consumer<JudgedPacket> sink) throws BpfException {
    buffer = new RingBuffer(events, record -> sink.accept(packet(record)));
    thread = Thread.ofPlatform().daemon().name("sluice-verdicts").unstarted(this::read);
  }

  static VerdictReader start(BpfMap events, Consumer<JudgedPacket> sink) throws BpfException {
    VerdictReader reader = new VerdictReader(events, sink);
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
      log.error("what the kernel decides is not reported any more: {}", failed.getMessage());
    }
  }

  private static JudgedPacket packet(MemorySegment record) {
    Event event = Event.read(record);
    return new JudgedPacket(
        Instant.now().minusNanos(System.nanoTime() - event.time()),
        event.endpoint(),
        event.egress(),
        event.protocol(),
        event.source(),
        event.sourcePort(),
        event.destination(),
        event.destinationPort(),
        event.identity(),
        event.passed(),
        event.audited(),
        event.rule(),
        REASONS[event.reason()],
        event.opens(),
        event.reply());
  }
}
