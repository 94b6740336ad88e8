package io.sluice.app.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What came of one case.
 *
 * @param file the suite, as it was named
 * @param name the case
 * @param passed whether everything is as expected
 * @param expected a word or a mapping, as the suite has it
 * @param actual of the same form
 * @param explanation lines for people: why it came out like this
 */
public record CaseResult(
    String file,
    String name,
    boolean passed,
    JsonNode expected,
    JsonNode actual,
    List<String> explanation) {}
