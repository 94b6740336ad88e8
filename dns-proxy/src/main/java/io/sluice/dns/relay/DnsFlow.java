package io.sluice.dns.relay;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Query;
import io.sluice.dns.codec.RecordType;
import io.sluice.dns.match.DnsName;
import io.sluice.proxy.spi.DnsRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a flow says of a query and its answer; made into text only when it is written.
 *
 * @param asked the query, or null if it could not be read
 * @param answer what the server said, or null
 * @param given what we said in its place
 */
record DnsFlow(@Nullable Query asked, @Nullable Answer answer, GivenCode given)
    implements DnsRecord {
  private static final int OVERHEAD = 128;

  @Override
  public String query() {
    return asked == null ? "" : asked.name().toString();
  }

  @Override
  public String type() {
    return asked == null ? "" : RecordType.name(asked.type());
  }

  @Override
  public boolean answered() {
    return answer != null;
  }

  @Override
  public int code() {
    return answer == null ? given.number() : answer.code();
  }

  @Override
  public List<String> addresses() {
    return answer == null
        ? List.of()
        : answer.addresses().stream().map(given -> given.address().getHostAddress()).toList();
  }

  @Override
  public List<String> aliases() {
    return answer == null ? List.of() : answer.aliases().stream().map(DnsName::toString).toList();
  }

  @Override
  public List<String> types() {
    return answer == null ? List.of() : answer.types().stream().map(RecordType::name).toList();
  }

  @Override
  public long ttlSeconds() {
    return answer == null ? 0 : answer.ttlSeconds();
  }

  @Override
  public int length() {
    return OVERHEAD
        + (asked == null ? 0 : asked.message().length)
        + (answer == null ? 0 : 4 * answer.message().length);
  }
}
