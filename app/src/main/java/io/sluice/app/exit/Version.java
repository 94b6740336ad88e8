package io.sluice.app.exit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the program, as the build has left it beside this class. */
public final class Version {
  private Version() {}

  /** The version; {@code unknown} if the classes were not put together by the build. */
  public static String text() {
    Properties properties = new Properties();
    try (var file = Version.class.getResourceAsStream("version.properties")) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the program's version", e);
    }
    return properties.getProperty("version", "unknown");
  }
}
