package io.sluice.app.suite;

import io.sluice.app.judge.Question;
import io.sluice.app.judge.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One case of a suite.
 *
 * @param name unique in its file
 * @param entry where it stands
 * @param question null: none is asked, because the policies are expected to be refused
 * @param policies its own policies in place of the suite's; null: the suite's
 * @param settings those of the suite, with what the case says otherwise
 * @param expectation what must come out
 */
record Case(
    String name,
    Entry entry,
    @Nullable Question question,
    @Nullable List<Entry> policies,
    Settings settings,
    Expectation expectation) {}
