package io.sluice.dns.learn;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was learned since {@link NamesFile} was written: in it before anybody is told, so that a
 * process that is killed forgets nothing that was told. It is not forced to the disk: when the
 * machine goes, so do the connections that it is about.
 *
 * <p>Files beside that one, with ascending numbers; each a row of entries, of length, {@link
 * NameRecords} and their CRC-32C. What is cut off or damaged ends a file.
 */
final class NamesJournal implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 26;

  private final Path folder;
  private final String prefix;
  private int number;
  private @Nullable FileChannel open;

  /** One beside a file; the folder is there. */
  NamesJournal(Path file) {
    this.folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file in a folder");
    this.prefix = file.getFileName() + ".since-";
  }

  /** Everything in it, oldest first. */
  synchronized List<LearnedName> read() throws IOException {
    List<LearnedName> all = new ArrayList<>();
    for (int each : numbers()) {
      read(each, all);
      number = Math.max(number, each);
    }
    return all;
  }

  private void read(int which, List<LearnedName> into) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path(which)));
    while (bytes.remaining() >= Integer.BYTES) {
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining() - Long.BYTES) {
        return;
      }
      byte[] entry = new byte[length];
      bytes.get(entry);
      if (bytes.getLong() != NameRecords.checksum(entry, length)) {
        return;
      }
      into.addAll(NameRecords.read(new DataInputStream(new ByteArrayInputStream(entry))));
    }
  }

  /** Adds names; when it returns, they outlive this process. */
  synchronized void append(List<LearnedName> names) throws IOException {
    if (names.isEmpty()) {
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    NameRecords.write(names, new DataOutputStream(bytes));
    byte[] entry = bytes.toByteArray();
    ByteBuffer framed = ByteBuffer.allocate(Integer.BYTES + entry.length + Long.BYTES);
    framed.putInt(entry.length).put(entry);
    framed.putLong(NameRecords.checksum(entry, entry.length)).flip();
    FileChannel file = open;
    if (file == null || file.size() > MOST_BYTES) {
      begin();
      file = open;
    }
    while (file != null && framed.hasRemaining()) {
      file.write(framed);
    }
  }

  /** What is added from here on goes into a new file; returns its number. */
  synchronized int begin() throws IOException {
    // Without it the one before goes on.
    FileChannel next =
        FileChannel.open(
            path(number + 1),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    FileChannel before = open;
    open = next;
    number++;
    if (before != null) {
      before.close();
    }
    return number;
  }

  /** Removes what was added before a number began. */
  synchronized void removeBefore(int begun) throws IOException {
    for (int each : numbers()) {
      if (each < begun) {
        Files.deleteIfExists(path(each));
      }
    }
  }

  private List<Integer> numbers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\Q" + prefix + "\\E\\d{1,9}"))
          .map(name -> Integer.parseInt(name.substring(prefix.length())))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }

  private Path path(int which) {
    return folder.resolve(prefix + which);
  }

  @Override
  public synchronized void close() throws IOException {
    FileChannel file = open;
    open = null;
    if (file != null) {
      file.close();
    }
  }
}
