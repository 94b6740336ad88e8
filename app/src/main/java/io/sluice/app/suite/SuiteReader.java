package io.sluice.app.suite;

import io.sluice.app.judge.Settings;
import io.sluice.xds.crd.read.Addresses;
import io.sluice.xds.source.Documents;
import io.sluice.xds.source.Field;
import io.sluice.xds.source.UnreadableManifestException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of tests strictly: a key that no suite has, a value of another type, or a name used
 * twice is an error with file, line and key, because a case that asks something else than its
 * author meant proves nothing.
 */
public final class SuiteReader {
  private static final String API_VERSION = "sluice.io/v1alpha1";
  private static final String KIND = "PolicyTest";
  private static final SequencedSet<String> KEYS =
      keys("apiVersion", "kind", "world", "policies", "fqdns", "settings", "cases");
  private static final SequencedSet<String> CASE_KEYS =
      keys("name", "policies", "settings", "expect");

  static {
    CASE_KEYS.addAll(QuestionReader.KEYS);
  }

  private static final SequencedSet<String> SETTINGS_KEYS =
      keys("enablePolicy", "audit", "localCluster", "node");

  private SuiteReader() {}

  /** A fixed set of keys, in the order in which messages name them. */
  static SequencedSet<String> keys(String... names) {
    return new LinkedHashSet<>(List.of(names));
  }

  /**
   * Reads one file.
   *
   * @throws SuiteException if it can't be read or is no suite
   */
  public static Suite read(Path path) throws SuiteException {
    String file = path.toString();
    Entry suite = new Entry(file, document(path, file), "");
    suite.allow(KEYS);
    exactly(suite.require("apiVersion"), API_VERSION);
    exactly(suite.require("kind"), KIND);
    Settings settings = settings(suite.get("settings"), Settings.DEFAULT);
    List<Case> cases = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    for (Entry entry : suite.require("cases").items()) {
      Case read = readCase(entry, settings);
      Integer first = lines.putIfAbsent(read.name(), entry.field().line());
      if (first != null) {
        throw entry
            .require("name")
            .wrong("\"" + read.name() + "\" is the name of the case in line " + first + " too");
      }
      cases.add(read);
    }
    if (cases.isEmpty()) {
      throw suite.require("cases").wrong("expected at least one case");
    }
    return new Suite(
        file,
        list(suite.get("world")),
        list(suite.get("policies")),
        fqdns(suite.get("fqdns")),
        List.copyOf(cases));
  }

  private static Field document(Path path, String file) throws SuiteException {
    try {
      List<Field> documents = Documents.read(path);
      if (documents.size() == 1) {
        return documents.getFirst();
      }
      throw new SuiteException(
          file, 0, "", "expected one document of kind " + KIND + ", found " + documents.size());
    } catch (UnreadableManifestException broken) {
      throw new SuiteException(file, broken.line(), "", String.valueOf(broken.getMessage()));
    } catch (NoSuchFileException absent) {
      throw new SuiteException(file, 0, "", "there is no such file");
    } catch (IOException broken) {
      throw new SuiteException(file, 0, "", "can't be read: " + broken);
    }
  }

  private static void exactly(Entry entry, String expected) throws SuiteException {
    if (!entry.text().equals(expected)) {
      throw entry.wrong("expected " + expected + ", found \"" + entry.text() + "\"");
    }
  }

  private static List<Entry> list(@Nullable Entry entry) throws SuiteException {
    return entry == null ? List.of() : entry.items();
  }

  private static Map<String, List<InetAddress>> fqdns(@Nullable Entry entry) throws SuiteException {
    Map<String, List<InetAddress>> fqdns = new LinkedHashMap<>();
    if (entry != null) {
      for (Map.Entry<String, List<String>> name : entry.textsByName().entrySet()) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : name.getValue()) {
          Optional<InetAddress> address = Addresses.plain(text);
          if (address.isEmpty()) {
            throw entry
                .require(name.getKey())
                .wrong("expected IP addresses, found \"" + text + "\"");
          }
          addresses.add(address.get());
        }
        fqdns.put(name.getKey(), List.copyOf(addresses));
      }
    }
    return fqdns;
  }

  private static Settings settings(@Nullable Entry entry, Settings otherwise)
      throws SuiteException {
    if (entry == null) {
      return otherwise;
    }
    entry.allow(SETTINGS_KEYS);
    Entry mode = entry.get("enablePolicy");
    Entry audit = entry.get("audit");
    Entry cluster = entry.get("localCluster");
    Entry node = entry.get("node");
    return new Settings(
        mode == null ? otherwise.enforcement() : mode.word(Settings.Enforcement.class, false),
        audit == null ? otherwise.audit() : audit.bool(),
        cluster == null ? otherwise.localCluster() : cluster.text(),
        node == null ? otherwise.node() : node.text());
  }

  private static Case readCase(Entry entry, Settings ofSuite) throws SuiteException {
    entry.allow(CASE_KEYS);
    String name = entry.require("name").text();
    if (name.isBlank()) {
      throw entry.require("name").wrong("expected a name, found an empty text");
    }
    Expectation expectation = ExpectationReader.read(entry.require("expect"));
    Entry policies = entry.get("policies");
    return new Case(
        name,
        entry,
        QuestionReader.read(entry, expectation.verdict()),
        policies == null ? null : policies.items(),
        settings(entry.get("settings"), ofSuite),
        expectation);
  }
}
