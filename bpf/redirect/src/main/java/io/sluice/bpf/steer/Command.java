package io.sluice.bpf.steer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs iproute2 and nftables without a shell, in the calling thread's network namespace.
 *
 * @param status its exit code
 * @param output what it printed
 * @param error what it complained about
 */
public record Command(int status, String output, String error) {
  private static final long TIMEOUT_SECONDS = 30;

  /** What brings a program that iproute2 does not. */
  private static final Map<String, String> PACKAGES = Map.of("nft", "nftables");

  /** Runs to the end, whatever that is. */
  public static Command run(String... words) throws DatapathException {
    return feed("", words);
  }

  /** The same, with something to read. */
  public static Command feed(String input, String... words) throws DatapathException {
    try {
      Process process = new ProcessBuilder(words).start();
      CompletableFuture<String> error =
          CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
      try (OutputStream to = process.getOutputStream()) {
        to.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException complained) {
        // It has stopped reading, and says why.
      }
      String output = read(process.getInputStream());
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new DatapathException(
            String.join(" ", words) + ": not finished after " + TIMEOUT_SECONDS + " s");
      }
      return new Command(process.exitValue(), output, error.join());
    } catch (IOException notStarted) {
      throw new DatapathException(
          "can't run '%s': install %s (on Debian: apt-get install %2$s)"
              .formatted(words[0], PACKAGES.getOrDefault(words[0], "iproute2")),
          notStarted);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DatapathException(String.join(" ", words) + ": interrupted", interrupted);
    }
  }

  /** Runs and returns what was printed, or throws with the complaint. */
  public static String require(String... words) throws DatapathException {
    Command done = run(words);
    if (done.status != 0) {
      throw done.failure(words);
    }
    return done.output;
  }

  /** Runs; a complaint that contains {@code fine} counts as success. */
  static void requireOr(String fine, String... words) throws DatapathException {
    Command done = run(words);
    if (done.status != 0 && !done.error.contains(fine)) {
      throw done.failure(words);
    }
  }

  private DatapathException failure(String... words) {
    return new DatapathException(
        List.of(words).toString() + " failed with status " + status + ": " + error.strip());
  }

  private static String read(java.io.InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException closed) {
      return "";
    }
  }
}
