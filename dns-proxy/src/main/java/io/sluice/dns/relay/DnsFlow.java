package io.sluice.dns.relay;

import io.sluice.dns.codec.Answer;
import io.sluice.dns.codec.Query;
import io.sluice.dns.codec.RecordType;
import io.sluice.dns.match.DnsName;
import io.sluice.proxy.spi.DnsRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
        : texts(answer.addresses(), given -> given.address().getHostAddress());
  }

  @Override
  public List<String> aliases() {
    return answer == null ? List.of() : texts(answer.aliases(), DnsName::toString);
  }

  @Override
  public List<String> types() {
    return answer == null ? List.of() : texts(answer.types(), RecordType::name);
  }

  /** Without a stream, as there are three of them in the flow of every answer. */
  private static <T> List<String> texts(List<T> of, Function<T, String> text) {
    List<String> texts = new ArrayList<>(of.size());
    for (T each : of) {
      texts.add(text.apply(each));
    }
    return texts;
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
