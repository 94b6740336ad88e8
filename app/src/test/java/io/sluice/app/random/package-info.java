/**
 * Random worlds, policies and questions, each fully determined by a number, for the tests that hold
 * two readings of the policy language together. Start at {@link io.sluice.app.random.Scenario}.
 * Everything here is plain manifests (maps, lists and strings); it must know no class that reads or
 * enforces a policy, or it would share that class's mistakes.
 */
@NullMarked
package io.sluice.app.random;

import org.jspecify.annotations.NullMarked;
