package io.sluice.bpf.steer;

import org.jspecify.annotations.Nullable;

/**
 * What passes TCP/IP by on its way from the pods of a node to its proxy.
 *
 * @param active whether anything can
 * @param missing why nothing can though it was asked for; else null
 * @param connections how many open connections have the short-cut
 * @param bytes how many have taken it since the steering was opened
 */
public record ShortCutUse(boolean active, @Nullable String missing, long connections, long bytes) {
  /** Of steering that has no short-cut, or was not asked for it. */
  public static final ShortCutUse NONE = new ShortCutUse(false, null, 0, 0);
}
