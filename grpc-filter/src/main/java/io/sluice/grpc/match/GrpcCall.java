package io.sluice.grpc.match;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's head, stated rather than received.
 *
 * @param http2 whether it is sent over HTTP/2
 * @param httpMethod the HTTP method
 * @param path the request's target
 * @param fields its header lines
 */
public record GrpcCall(boolean http2, String httpMethod, String path, List<Field> fields)
    implements GrpcRequest {

  /**
   * One header line.
   *
   * @param name in any case
   * @param value one char for each byte
   */
  public record Field(String name, String value) {

    /** Makes one of text, which is sent as UTF-8. */
    public static Field of(String name, String text) {
      byte[] sent = text.getBytes(StandardCharsets.UTF_8);
      return new Field(name, new String(sent, StandardCharsets.ISO_8859_1));
    }
  }

  /** Makes one; its fields no longer change. */
  public GrpcCall {
    fields = List.copyOf(fields);
  }

  /**
   * The request that a gRPC client sends.
   *
   * @param service with its package
   * @param method the method's name
   * @param fields header lines beside the content-type
   */
  public static GrpcCall to(String service, String method, List<Field> fields) {
    List<Field> all = new ArrayList<>(fields);
    all.add(new Field("content-type", "application/grpc"));
    return new GrpcCall(true, "POST", "/" + service + "/" + method, all);
  }

  @Override
  public int fieldCount() {
    return fields.size();
  }

  @Override
  public String fieldName(int field) {
    return fields.get(field).name();
  }

  @Override
  public String fieldValue(int field) {
    return fields.get(field).value();
  }
}
