package io.sluice.proxy.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads a configuration file; whatever it doesn't know, it names with its line. */
final class ConfigFile {
  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final long MAX_BYTES = 1024 * 1024;

  private final Path file;
  private final JsonParser parser;
  private final Values values = new Values();

  private ConfigFile(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static Values read(Path file) throws ConfigException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigException(file + ": larger than 1 MiB, expected a configuration");
      }
      try (JsonParser parser = YAML.createParser(Files.readString(file))) {
        ConfigFile reading = new ConfigFile(file, parser);
        reading.document();
        return reading.values;
      }
    } catch (JsonProcessingException malformed) {
      int line = malformed.getLocation() == null ? 0 : malformed.getLocation().getLineNr();
      throw new ConfigException(
          file + ":" + Math.max(line, 1) + ": " + malformed.getOriginalMessage());
    } catch (IOException unreadable) {
      throw new ConfigException(file + ": can't be read: " + unreadable);
    }
  }

  private void document() throws IOException, ConfigException {
    JsonToken first = parser.nextToken();
    boolean empty =
        first == null
            || first == JsonToken.VALUE_NULL
            || (first == JsonToken.VALUE_STRING && parser.getText().isEmpty());
    if (!empty) {
      if (first != JsonToken.START_OBJECT) {
        throw fault("expected keys and values");
      }
      keys("");
      if (parser.nextToken() != null) {
        throw fault("a second document, expected one");
      }
    }
  }

  private void keys(String prefix) throws IOException, ConfigException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String path = prefix + parser.currentName();
      int line = parser.currentTokenLocation().getLineNr();
      parser.nextToken();
      if (parser.currentToken() == JsonToken.START_OBJECT && isGroup(path)) {
        keys(path + ".");
      } else {
        value(path, line);
      }
    }
  }

  private void value(String path, int line) throws IOException, ConfigException {
    for (Key<?> key : Key.ALL) {
      if (key.path().equals(path)) {
        Object value = key.setting().read(parser);
        if (value == null) {
          throw fault(line, path + ": expected " + key.setting().expected());
        }
        values.put(key, value);
        return;
      }
    }
    if (isGroup(path)) {
      throw fault(line, path + ": expected keys inside it");
    }
    String known = Key.ALL.stream().map(Key::path).collect(Collectors.joining(", "));
    throw fault(line, "unknown key " + path + ", expected one of: " + known);
  }

  private static boolean isGroup(String path) {
    return Key.ALL.stream().anyMatch(key -> key.path().startsWith(path + "."));
  }

  private ConfigException fault(String what) {
    return fault(parser.currentTokenLocation().getLineNr(), what);
  }

  private ConfigException fault(int line, String what) {
    return new ConfigException(file + ":" + line + ": " + what);
  }
}
