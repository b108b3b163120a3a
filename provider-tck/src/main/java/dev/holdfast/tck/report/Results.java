// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.spec.RuleBook;
import dev.holdfast.tck.spec.RuleText;
import dev.holdfast.tck.spec.UntestedRules;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes the tests of each rule together. A rule has passed when all its tests have; one that could
 * not be measured in part was not measured. Immutable.
 *
 * @param book the rules
 * @param untested those that the kit has no test for
 * @param tested those that it has a test for
 * @param waivers the waivers of the run
 */
public record Results(RuleBook book, UntestedRules untested, Set<String> tested, Waivers waivers) {

  /** Copies the set. */
  public Results {
    tested = Set.copyOf(tested);
  }

  /**
   * The result of every rule.
   *
   * @param tests the tests that ended
   * @return the results, in the order of the specification
   */
  public List<RuleResult> of(List<TestResult> tests) {
    Map<String, List<TestResult>> byRule =
        tests.stream()
            .sorted(Comparator.comparing(TestResult::test))
            .collect(Collectors.groupingBy(TestResult::ruleId));
    return book.rules().stream()
        .map(rule -> result(rule, byRule.getOrDefault(rule.id(), List.of())))
        .toList();
  }

  private RuleResult result(RuleText rule, List<TestResult> tests) {
    boolean hasTest = tested.contains(rule.id());
    if (tests.isEmpty()) {
      return hasTest
          ? new RuleResult(rule, RuleStatus.NOT_RUN, "not part of this run", true, tests)
          : new RuleResult(
              rule,
              RuleStatus.NOT_MEASURED,
              "the kit has no test for it: " + untested.reason(rule.id()).orElse("no reason given"),
              false,
              tests);
    }
    if (has(tests, RuleStatus.FAILED)) {
      return waivers
          .find(rule.id())
          .map(waiver -> new RuleResult(rule, RuleStatus.WAIVED, waiver.reason(), hasTest, tests))
          .orElseGet(() -> new RuleResult(rule, RuleStatus.FAILED, "", hasTest, tests));
    }
    if (has(tests, RuleStatus.PROVIDER_FAILED)) {
      return new RuleResult(
          rule, RuleStatus.PROVIDER_FAILED, "a call of the provider failed", hasTest, tests);
    }
    if (has(tests, RuleStatus.FIXTURE_FAILED)) {
      return new RuleResult(
          rule, RuleStatus.FIXTURE_FAILED, "a part of the fixture failed", hasTest, tests);
    }
    if (has(tests, RuleStatus.NOT_MEASURED)) {
      return new RuleResult(
          rule,
          RuleStatus.NOT_MEASURED,
          reasons(tests, RuleStatus.NOT_MEASURED) + passes(tests),
          hasTest,
          tests);
    }
    // What does not concern this provider is left out of a rule that was measured otherwise.
    RuleStatus status =
        Stream.of(RuleStatus.PASSED, RuleStatus.NOT_DECLARED)
            .filter(one -> has(tests, one))
            .findFirst()
            .orElse(RuleStatus.NOT_APPLICABLE);
    String leftOut =
        Stream.of(RuleStatus.NOT_DECLARED, RuleStatus.NOT_APPLICABLE)
            .map(one -> reasons(tests, one))
            .filter(reason -> !reason.isEmpty())
            .collect(Collectors.joining("; "));
    return new RuleResult(rule, status, leftOut, hasTest, tests);
  }

  private static boolean has(List<TestResult> tests, RuleStatus status) {
    return tests.stream().anyMatch(test -> test.status() == status);
  }

  private static String reasons(List<TestResult> tests, RuleStatus status) {
    return tests.stream()
        .filter(test -> test.status() == status)
        .map(TestResult::detail)
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static String passes(List<TestResult> tests) {
    long passed = tests.stream().filter(test -> test.status() == RuleStatus.PASSED).count();
    return passed == 0 ? "" : " (%d of its %d tests passed)".formatted(passed, tests.size());
  }
}
