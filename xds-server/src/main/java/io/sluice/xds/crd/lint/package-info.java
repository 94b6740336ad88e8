/**
 * What several rules or policies do together that their author probably did not mean. Looks at
 * policies alone, so it works on files without a cluster.
 *
 * <p>Starting point: {@link io.sluice.xds.crd.lint.PolicyLint}. What one rule shows by itself is
 * said where it is read.
 *
 * <p>Must not know identities: selectors are compared by what they ask for, and where that does not
 * tell, nothing is said.
 */
@NullMarked
package io.sluice.xds.crd.lint;

import org.jspecify.annotations.NullMarked;
