package io.sluice.app.lab;

import io.sluice.app.ask.AdminClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real {@code sluice agent} that runs in the lab's node. */
public final class AgentProcess implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final NetworkNamespace node;
  private final Process process;
  private final Path log;
  private final Path flows;

  private AgentProcess(NetworkNamespace node, Process process, Path log, Path flows) {
    this.node = node;
    this.process = process;
    this.log = log;
    this.flows = flows;
  }

  /** The program that started this process, or that the build has assembled. */
  public static String launcher() {
    String launcher = System.getProperty("sluice.launcher");
    if (launcher == null) {
      throw new LabException("the property sluice.launcher does not name bin/sluice");
    }
    return launcher;
  }

  /** Starts one without waiting for it; its flows and its log are files of the lab. */
  public static AgentProcess start(Lab lab, WorldFolder world, String... options) {
    return start(lab, world, Map.of(), options);
  }

  /**
   * The same.
   *
   * @param environment variables that are added to those of this process
   */
  public static AgentProcess start(
      Lab lab, WorldFolder world, Map<String, String> environment, String... options) {
    return start(lab, "--world=" + world.path(), environment, options);
  }

  /**
   * The same, with its policy from anywhere.
   *
   * @param source the option that says where policy comes from
   */
  public static AgentProcess start(
      Lab lab, String source, Map<String, String> environment, String... options) {
    Path flows = lab.directory().resolve("flows.json");
    Path log = lab.directory().resolve("agent.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                launcher(),
                "agent",
                source,
                "--node=" + WorldFolder.NODE,
                "--flows=" + flows,
                "--state=" + lab.directory().resolve("state")));
    command.addAll(List.of(options));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(lab.enterNode(command))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return new AgentProcess(lab.node(), process, log, flows);
    } catch (IOException e) {
      throw new LabException("can't start " + command, e);
    }
  }

  /**
   * Waits until it enforces.
   *
   * @throws LabException with its log, if it ends or is not ready within 30 s
   */
  public AgentProcess awaitReady() {
    if (!Poll.until(READY_LIMIT, () -> !process.isAlive() || ready())) {
      throw new LabException("the agent is not ready after " + READY_LIMIT + ":\n" + log());
    }
    if (!process.isAlive()) {
      throw new LabException("the agent exited with " + process.exitValue() + ":\n" + log());
    }
    return this;
  }

  /**
   * Asks the admin address.
   *
   * @throws LabException if nobody listens there
   */
  public AdminClient.Answer admin(String path) {
    return node.call(() -> AdminClient.get(AdminClient.DEFAULT_ADDRESS, path));
  }

  private boolean ready() {
    try {
      return admin("/readyz").status() == 200;
    } catch (LabException e) {
      return false;
    }
  }

  /** The process. */
  public Process process() {
    return process;
  }

  /** What it has written to its standard streams. */
  public String log() {
    return read(log);
  }

  /** The flow records it has written, one JSON object a line. */
  public List<String> flows() {
    return Files.exists(flows) ? read(flows).lines().toList() : List.of();
  }

  /** Resident memory, in KiB. */
  public long residentKib() {
    return read(Path.of("/proc/" + process.pid() + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file, e);
    }
  }

  /**
   * Sends SIGTERM and waits for the end.
   *
   * @return the exit code
   */
  public int terminate() {
    process.destroy();
    return awaitExit();
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /**
   * Waits for it to end by itself.
   *
   * @return the exit code
   * @throws LabException if it still runs after 30 s
   */
  public int awaitExit() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new LabException("the agent has not ended within " + STOP_LIMIT + ":\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while the agent ends", e);
    }
  }

  /** Ends it, in whatever state it is. */
  @Override
  public void close() {
    kill();
  }
}
