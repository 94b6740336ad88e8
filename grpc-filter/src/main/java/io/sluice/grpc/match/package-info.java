/**
 * The gRPC rules of one peer on one port as one matcher.
 *
 * <p>Starting points: {@link io.sluice.grpc.match.GrpcRuleCompiler} (from the resource to the
 * matcher), {@link io.sluice.grpc.match.CallForm} (what a call has to look like), {@link
 * io.sluice.grpc.match.NameIndex} (why a thousand rules cost what one costs).
 *
 * <p>Pure: knows the call's head and the policy types, no Netty, no relay, no connection.
 */
@NullMarked
package io.sluice.grpc.match;

import org.jspecify.annotations.NullMarked;
