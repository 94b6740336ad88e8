package io.sluice.bpf.nft;

import io.sluice.bpf.steer.DatapathException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel's connection tracking knows of the calling thread's namespace. */
final class TrackedConnections {
  private static final Path TABLE = Path.of("/proc/thread-self/net/nf_conntrack");

  /** Up to the first destination: that of who opened it. */
  private static final Pattern DESTINATION = Pattern.compile(" dst=([0-9a-fA-F.:]+) ");

  private static final Pattern ENDED = Pattern.compile(" (TIME_WAIT|CLOSE|LAST_ACK) ");

  private TrackedConnections() {}

  /** Those of some addresses to which a connection is known that has not ended. */
  static Set<InetAddress> to(Set<InetAddress> addresses) throws DatapathException {
    Set<InetAddress> found = new HashSet<>();
    if (!Files.exists(TABLE)) {
      return found;
    }
    try (BufferedReader table = Files.newBufferedReader(TABLE)) {
      for (String line = table.readLine(); line != null; line = table.readLine()) {
        Matcher destination = DESTINATION.matcher(line);
        if (destination.find() && !ENDED.matcher(line).find()) {
          InetAddress address = InetAddress.ofLiteral(destination.group(1));
          if (addresses.contains(address)) {
            found.add(address);
          }
        }
      }
      return found;
    } catch (IOException failed) {
      throw new DatapathException("can't read " + TABLE + ": " + failed.getMessage(), failed);
    }
  }
}
