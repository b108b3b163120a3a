// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.util.Comparator;
import java.util.List;

/**
 * In which order to read what failed, because one fault makes many rules fail. Stateless.
 *
 * <ol>
 *   <li>Rules of FIX: what they say may explain everything else.
 *   <li>What must hold, before what should.
 *   <li>Rules that found themselves what they are about, before those whose tests fell over
 *       something on their way.
 *   <li>Families in the order of the specification, in which each builds on those before it.
 *   <li>Rules in the order of their numbers.
 * </ol>
 */
final class Ranking {

  private Ranking() {}

  /**
   * The rules that failed, the one to read first as the first.
   *
   * @param rules all rules, in the order of the specification
   */
  static List<RuleResult> of(List<RuleResult> rules) {
    return rules.stream()
        .filter(rule -> hasFailed(rule.status()))
        .sorted(
            Comparator.comparing((RuleResult rule) -> !rule.rule().family().isOfTheFixture())
                .thenComparing(rule -> !rule.rule().isMust())
                .thenComparing(Ranking::isOnTheWay))
        .toList();
  }

  private static boolean hasFailed(RuleStatus status) {
    return switch (status) {
      case FAILED, PROVIDER_FAILED, FIXTURE_FAILED -> true;
      default -> false;
    };
  }

  /** Whether not one of its tests found what the rule is about. */
  static boolean isOnTheWay(RuleResult rule) {
    return rule.tests().stream()
        .filter(test -> hasFailed(test.status()))
        .allMatch(TestResult::onTheWay);
  }
}
