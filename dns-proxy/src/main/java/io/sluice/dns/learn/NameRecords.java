package io.sluice.dns.learn;

import io.sluice.dns.match.DnsName;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How names are written to files and told to another process, big-endian: their number; of each the
 * endpoint, the name as in a message, the number of addresses, and of each its length, its bytes
 * and when it is due.
 */
public final class NameRecords {
  private NameRecords() {}

  /** Writes names. */
  public static void write(List<LearnedName> names, DataOutputStream out) throws IOException {
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
  }

  /** Reads what was written; throws if it is anything else. */
  public static List<LearnedName> read(DataInputStream in) throws IOException {
    List<LearnedName> names = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      names.add(name(in));
    }
    return names;
  }

  private static LearnedName name(DataInputStream in) throws IOException {
    String endpoint = in.readUTF();
    DnsName name = DnsName.ofWire(in.readNBytes(in.readUnsignedByte()), 0);
    if (name == null) {
      throw new IOException("what should be a name is none");
    }
    List<LearnedAddress> addresses = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      InetAddress address = InetAddress.getByAddress(in.readNBytes(in.readUnsignedByte()));
      addresses.add(new LearnedAddress(address, in.readLong()));
    }
    return new LearnedName(endpoint, name, addresses);
  }

  static long checksum(byte[] bytes, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, length);
    return sum.getValue();
  }
}
