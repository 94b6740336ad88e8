/**
 * What asking for names costs through Sluice and through its peers, behind the same steering. Start
 * at {@link io.sluice.bench.dns.DnsBench}. Drives every contender from outside: knows the stage and
 * the agent's command line, nothing of how either works.
 */
@NullMarked
package io.sluice.bench.dns;

import org.jspecify.annotations.NullMarked;
