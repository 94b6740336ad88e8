package io.sluice.app.demo;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.WebServer;
import io.sluice.app.lab.WorldFolder;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Raises a node, enforces two policies on it, asks every question with curl, and prints what
 * happened; leaves nothing behind, also when it is stopped halfway.
 */
public final class Demo {
  private static final String ROW = "%-4s  %-19s  %-21s  %-4s  %-6s %-26s  %-10s  %-9s  %s%n";

  private final PrintStream out;
  private final Map<String, String> environment;

  private Demo(PrintStream out, Map<String, String> environment) {
    this.out = out;
    this.environment = environment;
  }

  /**
   * Runs it.
   *
   * @param out where the table goes
   * @param environment variables that the agent is started with
   * @return whether everything happened as expected
   */
  public static boolean run(PrintStream out, Map<String, String> environment) {
    try (Lab lab = Lab.raise()) {
      // Ctrl-C ends the process without unwinding: the lab has to go all the same.
      Thread onSignal = new Thread(lab::close, "close-lab");
      Runtime.getRuntime().addShutdownHook(onSignal);
      boolean asExpected = new Demo(out, environment).run(lab);
      Runtime.getRuntime().removeShutdownHook(onSignal);
      return asExpected;
    }
  }

  private boolean run(Lab lab) {
    out.println("Raising a node with five pods, on IPv4 and IPv6 ...");
    DemoWorld world = DemoWorld.raise(lab);
    WorldFolder folder = new WorldFolder(lab);
    world.write(folder);
    List<WebServer> servers = new ArrayList<>();
    try {
      for (Pod pod : world.servers()) {
        servers.add(WebServer.start(pod.network(), 80));
      }
      long start = System.nanoTime();
      try (AgentProcess agent = AgentProcess.start(lab, folder, environment)) {
        agent.awaitReady();
        long millis = (System.nanoTime() - start) / 1_000_000;
        out.printf("Enforcing %s (ready after %d ms).%n%n", DemoWorld.POLICIES, millis);
        int different = askAll(agent, Questions.all(lab, world));
        out.printf(
            "%nThe agent holds %d MB resident. %s%n",
            agent.residentKib() / 1024,
            different == 0
                ? "Everything happened as the policies say."
                : different + " answers differ from what the policies say.");
        agent.terminate();
        return different == 0;
      }
    } finally {
      servers.forEach(WebServer::close);
    }
  }

  private int askAll(AgentProcess agent, List<Question> questions) {
    out.printf(ROW, "", "from", "to", "IP", "asked", "", "expected", "happened", "decided by");
    int different = 0;
    for (Question question : questions) {
      Attempt attempt = ask(question);
      boolean good = question.expected().holds(attempt.happened());
      if (!good) {
        different++;
      }
      out.printf(
          ROW,
          good ? "PASS" : "FAIL",
          question.client(),
          question.server(),
          question.v6() ? "IPv6" : "IPv4",
          question.method(),
          question.path() + (question.headers().isEmpty() ? "" : " +" + question.headers().size()),
          question.expected(),
          attempt.happened(),
          FlowRecords.decidedBy(agent, question, attempt.port()));
    }
    return different;
  }

  /**
   * What curl saw.
   *
   * @param happened the status code, or {@code no answer}
   * @param port the port it connected from; 0 if it did not connect
   */
  private record Attempt(String happened, int port) {}

  private static Attempt ask(Question question) {
    List<String> command =
        new ArrayList<>(
            List.of("curl", "--silent", "--output", "/dev/null", "--globoff", "--path-as-is"));
    command.addAll(List.of("--write-out", "%{http_code} %{local_port}"));
    command.addAll(List.of("--connect-timeout", "1", "--max-time", "5"));
    command.addAll(List.of("--interface", question.source(), "--request", question.method()));
    if (question.method().equals("POST")) {
      command.addAll(List.of("--data", "some=thing"));
    }
    for (String header : question.headers()) {
      command.addAll(List.of("--header", header));
    }
    command.add(question.url());
    String[] answer =
        Command.run(null, question.network().enter(command)).output().strip().split(" ", 2);
    String code = answer[0].equals("000") ? Question.Expected.NOTHING.toString() : answer[0];
    return new Attempt(code, Math.max(0, Integer.parseInt(answer[1])));
  }
}
