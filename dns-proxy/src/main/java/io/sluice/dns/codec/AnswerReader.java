package io.sluice.dns.codec;

import io.sluice.dns.codec.Answer.Given;
import io.sluice.dns.match.DnsName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the answer section of one message, in one pass and a walk along its CNAMEs. */
final class AnswerReader {
  private static final int A = 1;
  private static final int CNAME = 5;
  private static final int AAAA = 28;
  private static final int TRUNCATED = 0x02;

  /** How a compressed owner that is the asked name is written: a pointer to the question. */
  private static final int TO_QUESTION = 0xc000 | Wire.HEADER;

  private final Query query;
  private final byte[] message;
  private final boolean hints;
  private final List<Integer> types = new ArrayList<>();
  private final List<Owned> owned = new ArrayList<>();
  private final Map<DnsName, Alias> aliases = new HashMap<>();

  private record Owned(DnsName owner, InetAddress address, long ttl) {}

  private record Alias(DnsName target, long ttl) {}

  AnswerReader(Query query, byte[] message, boolean hints) {
    this.query = query;
    this.message = message;
    this.hints = hints;
  }

  Answer read() throws MalformedAnswerException {
    int count = Wire.u16(message, 6);
    int at = query.questionEnd();
    for (int i = 0; i < count && at != Wire.NONE; i++) {
      at = record(at);
    }
    if (at == Wire.NONE && (message[2] & TRUNCATED) == 0) {
      throw new MalformedAnswerException("fewer or other records than it says");
    }
    return follow();
  }

  /** Takes one record; returns where the next begins, or {@link Wire#NONE} if it is not whole. */
  private int record(int at) {
    int fixed = Wire.behindName(message, at);
    int end = Wire.behindRecord(message, fixed);
    if (end == Wire.NONE) {
      return Wire.NONE;
    }
    int type = Wire.u16(message, fixed);
    types.add(type);
    if (Wire.u16(message, fixed + 2) != Wire.CLASS_IN) {
      return end;
    }
    int data = fixed + Wire.RECORD_FIXED;
    long ttl = Wire.u32(message, fixed + 4);
    // RFC 2181, 8: one with the highest bit set is none.
    ttl = ttl > Integer.MAX_VALUE ? 0 : ttl;
    if (type == A || type == AAAA) {
      if (end - data != (type == A ? 4 : 16)) {
        return Wire.NONE;
      }
      DnsName owner = owner(at);
      if (owner == null) {
        return Wire.NONE;
      }
      owned.add(new Owned(owner, Wire.address(message, data, end), ttl));
    } else if (hints && (type == ServiceHints.SVCB || type == ServiceHints.HTTPS)) {
      DnsName owner = owner(at);
      List<InetAddress> hinted = ServiceHints.read(message, data, end);
      if (owner == null || hinted == null) {
        return Wire.NONE;
      }
      for (InetAddress address : hinted) {
        owned.add(new Owned(owner, address, ttl));
      }
    } else if (type == CNAME) {
      DnsName owner = owner(at);
      DnsName target = Wire.name(message, data);
      if (owner == null || target == null || Wire.behindName(message, data) != end) {
        return Wire.NONE;
      }
      // A name has one alias (RFC 1034, 3.6.2): of several the first counts, as for resolvers.
      aliases.putIfAbsent(owner, new Alias(target, ttl));
    }
    return end;
  }

  /** Null if it can't be read: then nobody owns the record. */
  private @Nullable DnsName owner(int at) {
    return Wire.u16(message, at) == TO_QUESTION ? query.name() : Wire.name(message, at);
  }

  /** Credits the addresses along the chain; a loop ends where it meets a name again. */
  private Answer follow() {
    Map<DnsName, Long> chain = LinkedHashMap.newLinkedHashMap(1 + aliases.size());
    DnsName name = query.name();
    long ttl = Integer.MAX_VALUE;
    while (chain.putIfAbsent(name, ttl) == null) {
      Alias alias = aliases.get(name);
      if (alias == null) {
        break;
      }
      name = alias.target;
      ttl = Math.min(ttl, alias.ttl);
    }
    Map<InetAddress, Given> given = LinkedHashMap.newLinkedHashMap(owned.size());
    for (Owned one : owned) {
      @Nullable Long least = chain.get(one.owner);
      if (least != null) {
        given.putIfAbsent(one.address, new Given(one.address, Math.min(least, one.ttl)));
      }
    }
    List<DnsName> targets =
        aliases.isEmpty() ? List.of() : chain.keySet().stream().skip(1).toList();
    return new Answer(message, List.copyOf(given.values()), targets, List.copyOf(types));
  }
}
