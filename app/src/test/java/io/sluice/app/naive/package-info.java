/**
 * The policy language once more, read the slow and obvious way: for one packet all rules that match
 * are collected; any deny drops it, none leaves it to the default, a rule that asks something at L7
 * sends it to the proxy, and there any rule that matches the request allows it. Nothing is
 * compiled, merged beyond what the language says, or remembered. Start at {@link
 * io.sluice.app.naive.NaiveOracle}.
 *
 * <p>It reads manifests as plain maps and lists and must know no class of the engine, or it would
 * share that class's mistakes.
 */
@NullMarked
package io.sluice.app.naive;

import org.jspecify.annotations.NullMarked;
