package io.sluice.dns.learn;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was learned, as one file that is either the one before or the new one, also when the machine
 * loses power: written beside, forced to the disk, and renamed.
 *
 * <p>One that can't be understood is set aside with a warning, and it is as if there were none:
 * what was learned is shut until it is asked for again, but an agent that does not start would keep
 * all names shut.
 *
 * <p>{@code "SLNM"}, version, {@link NameRecords}, and the CRC-32C of all.
 */
final class NamesFile {
  private static final Logger LOG = LoggerFactory.getLogger(NamesFile.class);
  private static final int MAGIC = 0x534c4e4d;
  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = 8;

  private final Path path;

  /** One at a path whose folder is there; the file need not be. */
  NamesFile(Path path) {
    this.path = path;
  }

  /**
   * Reads it; nothing if there is none, or if it had to be set aside.
   *
   * @throws IOException if the disk does not give it
   */
  List<LearnedName> read() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException none) {
      return List.of();
    }
    try {
      return names(bytes);
    } catch (IOException misunderstood) {
      // One is enough to find out what has happened; more would fill the disk.
      Path aside = path.resolveSibling(path.getFileName() + ".unreadable");
      Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn(
          "{} {}: it is kept as {}, and what was learned before is learned anew as pods ask for it",
          path,
          Objects.requireNonNullElse(misunderstood.getMessage(), "ends too soon"),
          aside);
      return List.of();
    }
  }

  /**
   * Reads it, and leaves it as it is to the process that has it; nothing if there is none.
   *
   * @throws IOException if the disk does not give it, or it can't be understood
   */
  List<LearnedName> readOnly() throws IOException {
    return Files.exists(path) ? names(Files.readAllBytes(path)) : List.of();
  }

  private static List<LearnedName> names(byte[] bytes) throws IOException {
    int end = bytes.length - CHECKSUM_BYTES;
    if (end < 0 || ByteBuffer.wrap(bytes).getLong(end) != NameRecords.checksum(bytes, end)) {
      throw new IOException("is damaged");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
    if (in.readInt() != MAGIC) {
      throw new IOException("does not hold learned names");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new IOException("has version " + version + ", expected " + VERSION);
    }
    return NameRecords.read(in);
  }

  /** Replaces it. */
  void write(List<LearnedName> names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    NameRecords.write(names, out);
    byte[] content = bytes.toByteArray();
    out.writeLong(NameRecords.checksum(content, content.length));
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel file =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
      while (all.hasRemaining()) {
        file.write(all);
      }
      file.force(true);
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
