/**
 * The HTTP rules of one peer on one port as one matcher.
 *
 * <p>Starting points: {@link io.sluice.http.match.HttpRuleCompiler} (from the resource to the
 * matcher), {@link io.sluice.http.match.FieldIndex} (why a thousand rules cost what one costs).
 *
 * <p>Pure: knows the request's head and the policy types, no Netty, no relay, no connection.
 */
@NullMarked
package io.sluice.http.match;

import org.jspecify.annotations.NullMarked;
