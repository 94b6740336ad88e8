package io.sluice.proxy.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.proxy.policy.Direction;
import io.sluice.proxy.policy.Endpoint;
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

  /** Whether a direction of an endpoint is enforced. */
  public enum Enforcement {
    /** Denials happen. */
    ENFORCING,
    /** Denials are only recorded. */
    AUDIT,
    /** No policy selects the endpoint in this direction. */
    NONE;

    /** The word in the JSON. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A local endpoint.
   *
   * @param name {@code namespace/name}
   * @param addresses one or two
   * @param hostInterface the host-side interface, {@code interface} in the JSON
   * @param identity its own identity
   * @param ingress into it
   * @param egress out of it
   * @param policies {@code namespace/name} of those that select it
   */
  public record LocalEndpoint(
      String name,
      List<String> addresses,
      @JsonProperty("interface") String hostInterface,
      long identity,
      Enforcement ingress,
      Enforcement egress,
      List<String> policies) {

    /** Describes an endpoint of the snapshot. */
    public static LocalEndpoint of(Endpoint endpoint) {
      return new LocalEndpoint(
          endpoint.namespace() + "/" + endpoint.name(),
          endpoint.addresses().stream().map(InetAddress::getHostAddress).toList(),
          endpoint.hostInterface(),
          Integer.toUnsignedLong(endpoint.identity()),
          enforcement(endpoint, Direction.INGRESS),
          enforcement(endpoint, Direction.EGRESS),
          endpoint.policies());
    }

    private static Enforcement enforcement(Endpoint endpoint, Direction direction) {
      return endpoint.enforced(direction) ? Enforcement.ENFORCING : Enforcement.NONE;
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
