/**
 * Tests of policies: reads {@code PolicyTest} files strictly, asks their questions, and reports.
 *
 * <p>Starting points: {@link io.sluice.app.suite.SuiteReader}, {@link
 * io.sluice.app.suite.SuiteRunner}, {@link io.sluice.app.suite.Report}.
 *
 * <p>Must not know how a question is answered; that is {@code judge}.
 */
@NullMarked
package io.sluice.app.suite;

import org.jspecify.annotations.NullMarked;
