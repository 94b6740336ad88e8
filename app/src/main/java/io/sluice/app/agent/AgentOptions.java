package io.sluice.app.agent;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is started with.
 *
 * @param source where its policy comes from
 * @param node the name of this node, or null to find it out
 * @param admin where it answers questions, {@code host:port} or {@code unix:PATH}
 * @param flows where flows are appended, {@code -} for standard output, or null for nowhere
 * @param config the configuration file, or null for the defaults
 * @param state where what cleanup needs is kept
 * @param takeOver whether it takes over from the agent that runs here, if one does
 * @param steer what judges packets and hands connections to the proxy
 * @param shortCut whether what pods send to the proxy passes TCP/IP by where the machine can
 */
public record AgentOptions(
    PolicySource source,
    @Nullable String node,
    String admin,
    @Nullable String flows,
    @Nullable Path config,
    Path state,
    boolean takeOver,
    Steer steer,
    boolean shortCut) {

  /** Where policy comes from. */
  public sealed interface PolicySource {}

  /**
   * A folder of manifests; the control plane runs inside the agent.
   *
   * @param folder the folder
   */
  public record World(Path folder) implements PolicySource {}

  /**
   * A control plane elsewhere.
   *
   * @param address {@code unix:PATH}
   */
  public record Control(String address) implements PolicySource {}
}
