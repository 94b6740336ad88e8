package io.sluice.app.exit;

import picocli.CommandLine.Option;

/** The option of every command that answers people or programs. */
public final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Form output = Form.text;

  private enum Form {
    /** For people. */
    text,
    /** For programs. */
    json
  }

  /** Whether the answer is for programs. */
  public boolean json() {
    return output == Form.json;
  }
}
