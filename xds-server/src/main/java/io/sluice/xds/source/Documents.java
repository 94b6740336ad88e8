package io.sluice.xds.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads the YAML or JSON documents of one text: all of them, or none and why. A key that a mapping
 * has twice is an error, and so is what could not be held in bounded space.
 */
public final class Documents {
  /** Larger files are not read, in bytes. */
  static final int MAX_FILE_BYTES = 16 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final JsonFactory YAML =
      YAMLFactory.builder()
          .loaderOptions(yamlOptions())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Documents() {}

  private static LoaderOptions yamlOptions() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_FILE_BYTES);
    return options;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if its bytes can't be read
   * @throws UnreadableManifestException if it is too large or any of its text can't be read
   */
  public static List<Field> read(Path path) throws IOException, UnreadableManifestException {
    return read(path.toString(), bytes(path));
  }

  /** Reads the bytes of a file that is not too large. */
  static byte[] bytes(Path path) throws IOException, UnreadableManifestException {
    byte[] content;
    try (var in = Files.newInputStream(path)) {
      content = in.readNBytes(MAX_FILE_BYTES + 1);
    }
    if (content.length > MAX_FILE_BYTES) {
      throw new UnreadableManifestException(
          0, "larger than " + MAX_FILE_BYTES + " bytes: split it");
    }
    return content;
  }

  /**
   * Reads a file's content.
   *
   * @param file its path; the ending {@code .json} makes it JSON, any other YAML
   * @throws UnreadableManifestException if any of it can't be read, with the line
   */
  static List<Field> read(String file, byte[] content) throws UnreadableManifestException {
    List<Field> documents = new ArrayList<>();
    try (JsonParser parser = (file.endsWith(".json") ? JSON : YAML).createParser(content)) {
      FieldReader fields = new FieldReader(parser);
      for (Field document = fields.next(); document != null; document = fields.next()) {
        documents.add(document);
      }
    } catch (JsonProcessingException broken) {
      int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNr();
      throw new UnreadableManifestException(line, summary(broken.getOriginalMessage()));
    } catch (IOException | RuntimeException broken) {
      // The YAML scanner throws its own unchecked exceptions through the parser for some inputs.
      throw new UnreadableManifestException(0, summary(String.valueOf(broken.getMessage())));
    }
    return List.copyOf(documents);
  }

  /** What the parser says, without the excerpts of the file that it shows below. */
  private static String summary(String message) {
    String said =
        message
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith(" "))
            .limit(2)
            .collect(Collectors.joining(": "));
    return said.isEmpty() ? "unreadable" : said;
  }
}
