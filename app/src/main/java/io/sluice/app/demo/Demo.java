package io.sluice.app.demo;

import io.sluice.app.lab.AgentProcess;
import io.sluice.app.lab.Command;
import io.sluice.app.lab.Lab;
import io.sluice.app.lab.LabException;
import io.sluice.app.lab.Pod;
import io.sluice.app.lab.Poll;
import io.sluice.app.lab.WebServer;
import io.sluice.app.lab.WorldFolder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Raises a node, audits two policies on it and then enforces them, asks every question with curl,
 * then lets a pod look up names, and prints what happened; leaves nothing behind, also when it is
 * stopped halfway.
 */
public final class Demo {
  private static final String ROW = "%-4s  %-19s  %-21s  %-4s  %-6s %-26s  %-10s  %-9s  %s%n";

  private static final Pattern POLICY_VERSION = Pattern.compile("\"policyVersion\":(\\d+)");
  private static final Duration LIMIT = Duration.ofSeconds(10);

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
    out.println("Raising a node with seven pods, on IPv4 and IPv6 ...");
    DemoWorld world = DemoWorld.raise(lab);
    NamesAct names = new NamesAct(lab);
    WorldFolder folder = new WorldFolder(lab);
    world.write(folder);
    world.writePolicies(folder, true);
    List<WebServer> servers = new ArrayList<>();
    try {
      for (Pod pod : world.servers()) {
        servers.add(WebServer.start(pod.network(), 80));
      }
      long start = System.nanoTime();
      try (AgentProcess agent = AgentProcess.start(lab, folder, environment)) {
        agent.awaitReady();
        out.printf(
            "Auditing %s (ready after %d ms): nothing is refused.%n%n",
            DemoWorld.POLICIES, millisSince(start));
        int different = askAll(agent, Questions.audited(lab, world));
        enforce(agent, world, folder);
        different += askAll(agent, Questions.all(lab, world));
        different += names.play(agent, folder, out);
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

  private void enforce(AgentProcess agent, DemoWorld world, WorldFolder folder) {
    long before = policyVersion(agent);
    long start = System.nanoTime();
    world.writePolicies(folder, false);
    if (!Poll.until(LIMIT, () -> policyVersion(agent) > before && isReady(agent))) {
      throw new LabException("the policies are not enforced after " + LIMIT + ":\n" + agent.log());
    }
    out.printf("%nEnforcing them, without the annotation (after %d ms).%n%n", millisSince(start));
  }

  private static long policyVersion(AgentProcess agent) {
    Matcher version = POLICY_VERSION.matcher(agent.admin("/status").body());
    return version.find() ? Long.parseLong(version.group(1)) : 0;
  }

  private static boolean isReady(AgentProcess agent) {
    return agent.admin("/readyz").status() == 200;
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private int askAll(AgentProcess agent, List<Question> questions) {
    out.printf(ROW, "", "from", "to", "IP", "asked", "", "expected", "happened", "decided by");
    int different = 0;
    for (Question question : questions) {
      Attempt attempt = ask(question);
      String decided = FlowRecords.decidedBy(agent, question, attempt.port());
      boolean good =
          question.expected().holds(attempt.happened())
              && (question.expected() == Question.Expected.AUDITED)
                  == decided.startsWith(FlowRecords.WOULD_REFUSE);
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
          decided);
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
