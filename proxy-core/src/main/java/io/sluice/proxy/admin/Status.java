package io.sluice.proxy.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.proxy.policy.Endpoint;
import io.sluice.proxy.policy.Enforcement;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * What {@code /status} answers; the components are the names in its JSON.
 *
 * @param node this node
 * @param version the program's
 * @param policyVersion of the snapshot in force
 * @param steer {@code tc} or {@code nft}
 * @param shortCut whether bytes between pods of this node take the short-cut
 * @param endpoints the local endpoints
 * @param rejected what is refused now
 * @param warnings what is taken but looks like a mistake
 */
public record Status(
    String node,
    String version,
    long policyVersion,
    String steer,
    boolean shortCut,
    List<LocalEndpoint> endpoints,
    List<Rejected> rejected,
    List<Warning> warnings) {

  /**
   * A local endpoint.
   *
   * @param name {@code namespace/name}
   * @param addresses one or two
   * @param hostInterface the host-side interface, {@code interface} in the JSON
   * @param identity its own identity
   * @param ingress what is done about what enters it: {@code enforcing}, {@code audit} or {@code
   *     none}
   * @param egress the same about what leaves it
   * @param policies {@code namespace/name} of those that select it
   */
  public record LocalEndpoint(
      String name,
      List<String> addresses,
      @JsonProperty("interface") String hostInterface,
      long identity,
      String ingress,
      String egress,
      List<String> policies) {

    /** Describes an endpoint of the snapshot. */
    public static LocalEndpoint of(Endpoint endpoint) {
      return new LocalEndpoint(
          endpoint.namespace() + "/" + endpoint.name(),
          endpoint.addresses().stream().map(InetAddress::getHostAddress).toList(),
          endpoint.hostInterface(),
          Integer.toUnsignedLong(endpoint.identity()),
          word(endpoint.ingress()),
          word(endpoint.egress()),
          endpoint.policies());
    }

    private static String word(Enforcement enforcement) {
      return enforcement.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An object that is refused.
   *
   * @param source {@code file:line}, or where else it came from
   * @param kind the object's kind
   * @param namespace the object's namespace; empty if it has none
   * @param name the object's name
   * @param field the field that is at fault
   * @param reason what was found and expected
   * @param lastGood whether its last good version stays in force
   */
  public record Rejected(
      String source,
      String kind,
      String namespace,
      String name,
      String field,
      String reason,
      boolean lastGood) {}

  /**
   * Something that is taken but looks like a mistake.
   *
   * @param source {@code file:line}, or where else it came from
   * @param field the field it is about
   * @param reason what looks wrong
   */
  public record Warning(String source, String field, String reason) {}
}
