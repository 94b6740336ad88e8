package io.sluice.app.ask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.app.exit.Refusal;
import java.io.IOException;
import picocli.CommandLine.Option;

/** {@code --admin}: which agent a command asks. */
public final class AdminOption {
  @Option(
      names = "--admin",
      paramLabel = "ADDR",
      description = "The agent's admin address (default: ${DEFAULT-VALUE}).")
  private String admin = AdminClient.DEFAULT_ADDRESS;

  /**
   * Asks it for a page.
   *
   * @param path such as {@code /status}
   * @return its answer
   * @throws Refusal if the address is none, nobody answers there, or the page can't be had
   */
  public JsonNode page(String path) throws Refusal {
    try {
      AdminClient.Answer answer = AdminClient.get(admin, path);
      if (answer.status() != 200) {
        throw Refusal.no(admin + " answered " + answer.status() + ": " + answer.body().strip());
      }
      return new ObjectMapper().readTree(answer.body());
    } catch (IllegalArgumentException e) {
      throw Refusal.usage(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw Refusal.no(
          "no agent answers at "
              + admin
              + " in this network namespace ("
              + e.getMessage()
              + "): start one, or name its address with --admin");
    }
  }
}
