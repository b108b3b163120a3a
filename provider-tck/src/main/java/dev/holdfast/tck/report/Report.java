// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.util.List;

/**
 * Everything that came of a run, or what is known of it so far.
 *
 * @param finished false while rules are still to come; a run that was killed leaves it so
 * @param subject the provider that was tested
 * @param verdict what the run says about it
 * @param because why, in one or two sentences
 * @param problems what is wrong with fixture, waivers or settings
 * @param levels the levels, the core first
 * @param waivers the waivers of the run
 * @param rules all rules, in the order of the specification
 * @param surroundings where and how
 */
public record Report(
    boolean finished,
    Subject subject,
    Verdict verdict,
    String because,
    List<String> problems,
    List<LevelResult> levels,
    List<Waiver> waivers,
    List<RuleResult> rules,
    Surroundings surroundings) {

  /** Copies the lists. */
  public Report {
    problems = List.copyOf(problems);
    levels = List.copyOf(levels);
    waivers = List.copyOf(waivers);
    rules = List.copyOf(rules);
  }

  /**
   * The rules that failed, the one to read first as the first.
   *
   * @return the rules, none when none failed
   */
  public List<RuleResult> readFirst() {
    return Ranking.of(rules);
  }

  /**
   * The rules that ended in one way.
   *
   * @param status the way
   * @return the rules
   */
  public List<RuleResult> rules(RuleStatus status) {
    return rules.stream().filter(rule -> rule.status() == status).toList();
  }
}
