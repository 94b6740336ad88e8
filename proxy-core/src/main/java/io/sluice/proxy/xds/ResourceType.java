package io.sluice.proxy.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.sluice.proxy.policy.compile.Rejection;
import io.sluice.proxy.policy.rule.InvalidPolicyException;
import io.sluice.proxy.xds.SubscriptionStatus.TypeStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * One subscribed type: how its resources are read and applied, and what was accepted last.
 *
 * @param <T> the resource
 */
final class ResourceType<T extends Message> {
  private final String url;
  private final Parser<T> parser;
  private final Target<T> target;
  private TypeStatus status = TypeStatus.NONE;

  ResourceType(T example, Parser<T> parser, Target<T> target) {
    this.url = "type.googleapis.com/" + example.getDescriptorForType().getFullName();
    this.parser = parser;
    this.target = target;
  }

  String url() {
    return url;
  }

  TypeStatus status() {
    return status;
  }

  /**
   * Applies the response's resources, each by itself.
   *
   * @throws InvalidPolicyException if it can't even be told which resources they are; then nothing
   *     of the response is applied, as what is missing in it counts as removed
   */
  void apply(String version, List<Any> resources) throws InvalidPolicyException {
    List<T> read = new ArrayList<>(resources.size());
    for (int i = 0; i < resources.size(); i++) {
      if (!resources.get(i).getTypeUrl().equals(url)) {
        throw new InvalidPolicyException(
            "resources[" + i + "] is a " + resources.get(i).getTypeUrl() + ", expected " + url);
      }
      try {
        read.add(parser.parseFrom(resources.get(i).getValue()));
      } catch (InvalidProtocolBufferException unreadable) {
        throw new InvalidPolicyException(
            "resources[" + i + "] is unreadable: " + unreadable.getMessage());
      }
    }
    List<Rejection> rejected = target.replace(read);
    status = new TypeStatus(true, rejected.isEmpty() ? version : status.version(), rejected);
  }

  /** Where the resources go. */
  @FunctionalInterface
  interface Target<T> {
    List<Rejection> replace(List<T> resources) throws InvalidPolicyException;
  }
}
