package io.sluice.dns.learn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is known on the disk, for the process that comes after this one, however this one
 * ends: all of it as it was at one moment in {@link NamesFile}, and what was learned since in
 * {@link NamesJournal}. Safe from any thread.
 */
final class KeptNames implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptNames.class);

  private final NamesFile file;
  private final NamesJournal journal;
  private final Supplier<List<LearnedName>> known;
  private final Queue<LearnedName> unwritten = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean unsaved = new AtomicBoolean();

  /** Whether the files are this process's; until then they may be another's. */
  private volatile boolean owned;

  /**
   * Some that are another process's, for all that is known here.
   *
   * @param path the file, in a folder that is there; others of its name are beside it
   * @param known everything that is known when it is asked
   */
  KeptNames(Path path, Supplier<List<LearnedName>> known) {
    this.file = new NamesFile(path);
    this.journal = new NamesJournal(path);
    this.known = known;
  }

  /** From here on the files are this process's. */
  void own() {
    owned = true;
  }

  /**
   * Tells what was kept, what was learned last at the end. Files of another process stay as they
   * are.
   *
   * @throws IOException if the disk does not give it, or another process is writing it
   */
  void read(Consumer<LearnedName> taker) throws IOException {
    (owned ? file.read() : file.readOnly()).forEach(taker);
    journal.read().forEach(taker);
  }

  /** What is known has changed: it is to be saved. */
  void changed() {
    unsaved.set(true);
  }

  /** This was learned: it is to be written. */
  void note(LearnedName learned) {
    unwritten.add(learned);
  }

  /** Writes down what was noted up to now; when it returns, that outlives this process. */
  void write() {
    List<LearnedName> learned = new ArrayList<>();
    for (LearnedName name = unwritten.poll(); name != null; name = unwritten.poll()) {
      learned.add(name);
    }
    try {
      journal.append(learned);
    } catch (IOException | RuntimeException failure) {
      LOG.warn("learned names can't be written down before they are told: {}", failure.toString());
    }
  }

  /** Saves everything that is known, if it has changed; what fails is tried again by the next. */
  void save() {
    if (!owned || !unsaved.getAndSet(false)) {
      return;
    }
    try {
      // What is learned from here on may be missing in the list, and is in the new part.
      int begun = journal.begin();
      write();
      file.write(known.get());
      journal.removeBefore(begun);
    } catch (IOException | RuntimeException failure) {
      unsaved.set(true);
      LOG.warn("learned names can't be saved, it is tried again: {}", failure.toString());
    }
  }

  /**
   * Writes down everything that is known, for a process that reads it now: in the journal, because
   * the file would be forced to the disk while answers wait.
   *
   * @throws IOException if the disk does not take it
   */
  void settle() throws IOException {
    write();
    journal.append(known.get());
    journal.close();
  }

  @Override
  public void close() {
    try {
      journal.close();
    } catch (IOException failure) {
      LOG.debug("a part of the learned names did not close", failure);
    }
  }
}
