// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.util.ArrayList;
import java.util.List;

/** Draws the one verdict of a run from its levels and from what is wrong around them. Stateless. */
public final class Conclusion {

  private Conclusion() {}

  /**
   * Concludes a run.
   *
   * @param subject the provider that was tested
   * @param waivers the waivers of the run
   * @param rules the result of every rule
   * @param levels the result of every level
   * @param problems what else is wrong with fixture or settings
   * @param surroundings where and how
   * @return the report
   */
  public static Report of(
      Subject subject,
      Waivers waivers,
      List<RuleResult> rules,
      List<LevelResult> levels,
      List<String> problems,
      Surroundings surroundings) {
    List<String> broken = new ArrayList<>(problems);
    broken.addAll(brokenFixture(rules));
    List<String> stale = staleWaivers(waivers, rules);
    Verdict verdict = Verdict.CONFORMANT;
    String because = levels.get(0).because();
    for (LevelResult level : levels) {
      // What holds whether a feature is declared or not can be violated by those who do not.
      boolean counts = level.declared() || level.verdict() == Verdict.VIOLATED;
      if (counts && level.verdict().compareTo(verdict) > 0) {
        verdict = level.verdict();
        because = level.because();
      }
    }
    if (!broken.isEmpty()) {
      verdict = Verdict.MISCONFIGURED;
      because = "The fixture does not work, so that nothing can be said about the provider.";
    } else if (!stale.isEmpty() && verdict != Verdict.VIOLATED) {
      verdict = Verdict.MISCONFIGURED;
      because = "The waivers are out of date.";
    }
    List<String> all = new ArrayList<>(broken);
    all.addAll(stale);
    return new Report(subject, verdict, because, all, levels, waivers.all(), rules, surroundings);
  }

  private static List<String> brokenFixture(List<RuleResult> rules) {
    return rules.stream()
        .filter(rule -> rule.rule().family().isOfTheFixture() && rule.rule().isMust())
        .filter(rule -> rule.status() == RuleStatus.FAILED)
        .map(rule -> rule.rule().id() + " does not hold: " + rule.rule().shortText())
        .toList();
  }

  private static List<String> staleWaivers(Waivers waivers, List<RuleResult> rules) {
    return rules.stream()
        .filter(rule -> waivers.find(rule.rule().id()).isPresent())
        .filter(rule -> rule.status() != RuleStatus.WAIVED && rule.status() != RuleStatus.NOT_RUN)
        .map(rule ->
            "%s is waived and did not fail (it is %s): delete its waiver."
                .formatted(rule.rule().id(), rule.status().words()))
        .toList();
  }
}
