// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.spec.RuleText;
import java.time.Duration;
import java.util.List;

/**
 * What came of one rule.
 *
 * @param rule the rule
 * @param status how its tests ended, taken together
 * @param reason why it was waived, not measured or not run; empty otherwise
 * @param hasTest whether the kit has a test for it
 * @param tests its tests that were run, in a stable order
 */
public record RuleResult(
    RuleText rule, RuleStatus status, String reason, boolean hasTest, List<TestResult> tests) {

  /** Copies the list. */
  public RuleResult {
    tests = List.copyOf(tests);
  }

  /**
   * How long its tests took.
   *
   * @return the sum
   */
  public Duration took() {
    return tests.stream().map(TestResult::took).reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * The whole texts of its failures.
   *
   * @return the texts
   */
  public List<String> failures() {
    return details(RuleStatus.FAILED, RuleStatus.PROVIDER_FAILED);
  }

  /**
   * The whole texts of what failed in the fixture.
   *
   * @return the texts
   */
  public List<String> fixtureFailures() {
    return details(RuleStatus.FIXTURE_FAILED);
  }

  private List<String> details(RuleStatus... wanted) {
    return tests.stream()
        .filter(test -> List.of(wanted).contains(test.status()))
        .map(TestResult::detail)
        .toList();
  }
}
