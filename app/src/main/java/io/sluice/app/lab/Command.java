package io.sluice.app.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a program to its end, or kills it after a minute. */
public final class Command {
  private static final int LIMIT_SECONDS = 60;

  private Command() {}

  /**
   * What a program did.
   *
   * @param exit its exit code
   * @param output what it wrote to standard output
   * @param errors what it wrote to standard error
   */
  public record Result(int exit, String output, String errors) {}

  /**
   * Runs a program and returns whatever came of it.
   *
   * @param input what it reads from standard input, or null for nothing
   * @throws LabException if it can't be started or does not end
   */
  public static Result run(@Nullable String input, List<String> command) {
    try {
      // Files, not pipes: a program that writes much to either must not wait for a reader.
      Path output = Files.createTempFile("sluice-out", null);
      Path errors = Files.createTempFile("sluice-err", null);
      try {
        return run(input, command, output, errors);
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new LabException("can't run " + command + ": " + e.getMessage(), e);
    }
  }

  private static Result run(@Nullable String input, List<String> command, Path output, Path errors)
      throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try (var stdin = process.getOutputStream()) {
      if (input != null) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new LabException(command + " did not end within " + LIMIT_SECONDS + " s");
      }
      return new Result(
          process.exitValue(),
          Files.readString(output, StandardCharsets.ISO_8859_1),
          Files.readString(errors, StandardCharsets.ISO_8859_1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while running " + command, e);
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Runs a program that has to succeed.
   *
   * @return its standard output
   * @throws LabException if it exits with anything but 0
   */
  static String check(@Nullable String input, String... command) {
    Result result = run(input, List.of(command));
    if (result.exit() != 0) {
      throw new LabException(
          String.join(" ", command)
              + " exited with "
              + result.exit()
              + ": "
              + result.errors().strip()
              + (input == null ? "" : "\nits input was:\n" + input));
    }
    return result.output();
  }
}
