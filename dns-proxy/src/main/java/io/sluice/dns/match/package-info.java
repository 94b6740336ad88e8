/**
 * The DNS rules of one peer on one port as one matcher, and what a name and a pattern are.
 *
 * <p>Starting points: {@link io.sluice.dns.match.DnsName} (a name has one form), {@link
 * io.sluice.dns.match.NamePattern} (what a pattern means), {@link io.sluice.dns.match.NameTrie}
 * (why a hundred thousand of them cost what one costs), {@link io.sluice.dns.match.DnsRuleCompiler}
 * (from the resource to the matcher).
 *
 * <p>Pure: knows names and the policy types, no Netty, no relay, no server.
 */
@NullMarked
package io.sluice.dns.match;

import org.jspecify.annotations.NullMarked;
