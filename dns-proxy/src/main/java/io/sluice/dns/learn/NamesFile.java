package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What was learned, as one file that is either the one before or the new one, also when the machine
 * loses power: written beside, forced to the disk, and renamed.
 *
 * <p>Big-endian: {@code "SLNM"}, version, number of names; of each the endpoint, the name as in a
 * message, the number of addresses, and of each its length, its bytes and when it is due; at the
 * end the CRC-32C of all.
 */
public final class NamesFile {
  private static final int MAGIC = 0x534c4e4d;
  private static final int VERSION = 1;
  private static final int CHECKSUM_BYTES = 8;

  private final Path path;

  /** One at a path; whose folder is there, the file need not be. */
  public NamesFile(Path path) {
    this.path = path;
  }

  /**
   * Reads it; nothing if there is none.
   *
   * @throws IOException if it is damaged or of another version
   */
  public List<LearnedName> read() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException none) {
      return List.of();
    }
    int end = bytes.length - CHECKSUM_BYTES;
    if (end < 0 || ByteBuffer.wrap(bytes).getLong(end) != checksum(bytes, end)) {
      throw unreadable("is damaged");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, end));
    if (in.readInt() != MAGIC) {
      throw unreadable("does not hold learned names");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw unreadable("has version " + version + ", expected " + VERSION);
    }
    List<LearnedName> names = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      names.add(name(in));
    }
    return names;
  }

  private LearnedName name(DataInputStream in) throws IOException {
    String endpoint = in.readUTF();
    DnsName name = DnsName.ofWire(in.readNBytes(in.readUnsignedByte()), 0);
    if (name == null) {
      throw unreadable("holds what is no name");
    }
    int count = in.readInt();
    List<LearnedAddress> addresses = new ArrayList<>();
    for (int left = count; left > 0; left--) {
      InetAddress address = InetAddress.getByAddress(in.readNBytes(in.readUnsignedByte()));
      addresses.add(new LearnedAddress(address, in.readLong()));
    }
    return new LearnedName(endpoint, name, addresses);
  }

  private IOException unreadable(String what) {
    return new IOException(
        path + " " + what + "; remove it to start without what was learned before");
  }

  /** Replaces it. */
  public void write(List<LearnedName> names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(names.size());
    for (LearnedName name : names) {
      out.writeUTF(name.endpoint());
      out.writeByte(name.name().wireLength());
      out.write(name.name().toWire());
      out.writeInt(name.addresses().size());
      for (LearnedAddress address : name.addresses()) {
        byte[] raw = address.address().getAddress();
        out.writeByte(raw.length);
        out.write(raw);
        out.writeLong(address.dueMillis());
      }
    }
    byte[] content = bytes.toByteArray();
    out.writeLong(checksum(content, content.length));
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

  private static long checksum(byte[] bytes, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    return sum.getValue();
  }
}
