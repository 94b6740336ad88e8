package io.sluice.app.suite;

import io.sluice.app.judge.Layer7;
import io.sluice.app.judge.Question;
import io.sluice.app.judge.Traffic;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** Reads the question of a case. */
final class QuestionReader {
  /** The keys of a case that a question is made of. */
  static final SequencedSet<String> KEYS =
      SuiteReader.keys("from", "to", "port", "icmp", "http", "grpc", "kafka", "dns", "sni");

  private static final List<String> LAYER7 = List.of("http", "grpc", "kafka", "dns");
  private static final int LAST_VERSION = 32_767;

  private QuestionReader() {}

  /**
   * Reads the question.
   *
   * @param expected a case that expects REJECT may ask nothing
   * @return null if nothing is asked
   */
  static @Nullable Question read(Entry entry, Expectation.@Nullable Word expected)
      throws SuiteException {
    if (expected == Expectation.Word.REJECT && entry.get("from") == null) {
      return null;
    }
    Entry sni = entry.get("sni");
    return new Question(
        entry.require("from").text(),
        entry.require("to").text(),
        traffic(entry),
        layer7(entry),
        sni == null ? null : sni.text());
  }

  private static Traffic traffic(Entry entry) throws SuiteException {
    Entry icmp = entry.get("icmp");
    Entry port = entry.get("port");
    if (icmp != null && port != null) {
      throw port.wrong("expected either port or icmp, found both");
    }
    if (icmp != null) {
      icmp.allow(SuiteReader.keys("family", "type"));
      String family = icmp.require("family").text();
      String type = icmp.require("type").text();
      try {
        return Traffic.icmp(family, type);
      } catch (IllegalArgumentException wrong) {
        throw icmp.wrong(String.valueOf(wrong.getMessage()));
      }
    }
    try {
      return Traffic.port(entry.require("port").text());
    } catch (IllegalArgumentException wrong) {
      throw entry.require("port").wrong(String.valueOf(wrong.getMessage()));
    }
  }

  private static @Nullable Layer7 layer7(Entry entry) throws SuiteException {
    Layer7 found = null;
    for (String kind : LAYER7) {
      Entry part = entry.get(kind);
      if (part != null) {
        if (found != null) {
          throw part.wrong("expected at most one of " + String.join(", ", LAYER7));
        }
        found =
            switch (kind) {
              case "http" -> http(part);
              case "grpc" -> grpc(part);
              case "kafka" -> kafka(part);
              default -> dns(part);
            };
      }
    }
    return found;
  }

  private static Layer7 http(Entry part) throws SuiteException {
    part.allow(SuiteReader.keys("method", "path", "host", "headers"));
    return new Layer7.Http(
        text(part, "method", "GET"),
        text(part, "path", "/"),
        text(part, "host", ""),
        headers(part));
  }

  private static Layer7 grpc(Entry part) throws SuiteException {
    part.allow(SuiteReader.keys("service", "method", "headers"));
    return new Layer7.Grpc(
        part.require("service").text(), part.require("method").text(), headers(part));
  }

  private static Layer7 kafka(Entry part) throws SuiteException {
    part.allow(
        SuiteReader.keys("apiKey", "apiVersion", "clientID", "topics", "transactionalId", "group"));
    Entry version = part.get("apiVersion");
    Entry topics = part.get("topics");
    return new Layer7.Kafka(
        part.require("apiKey").text(),
        version == null ? 0 : version.number(LAST_VERSION),
        text(part, "clientID", ""),
        topics == null ? List.of() : topics.texts(),
        text(part, "transactionalId", ""),
        text(part, "group", ""));
  }

  private static Layer7 dns(Entry part) throws SuiteException {
    part.allow(SuiteReader.keys("name", "type"));
    return new Layer7.Dns(part.require("name").text(), text(part, "type", "A"));
  }

  private static String text(Entry part, String key, String otherwise) throws SuiteException {
    Entry entry = part.get(key);
    return entry == null ? otherwise : entry.text();
  }

  private static Map<String, List<String>> headers(Entry part) throws SuiteException {
    Entry headers = part.get("headers");
    return headers == null ? Map.of() : headers.textsByName();
  }
}
