package io.sluice.grpc.match;

import io.sluice.proxy.policy.rule.Request;

/** The head of a request as it came; whether it is a gRPC call at all is the matcher's to say. */
public interface GrpcRequest extends Request {

  /** Whether it came over HTTP/2. */
  boolean http2();

  /** The HTTP method. */
  CharSequence httpMethod();

  /** The request's target as it was sent, query included. */
  CharSequence path();

  /** How many header lines there are; pseudo-headers don't count. */
  int fieldCount();

  /** The name of a header line, in any case. */
  CharSequence fieldName(int field);

  /** The value of a header line, one char for each byte. */
  CharSequence fieldValue(int field);
}
