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
      if (level.verdict() != Verdict.NOT_DECLARED && level.verdict().compareTo(verdict) > 0) {
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
    return new Report(
        true, subject, verdict, because, all, levels, waivers.all(), rules, surroundings);
  }

  /**
   * What is known before the run has ended.
   *
   * @param known what would be concluded if nothing more came
   * @return a report that claims no more than that
   */
  public static Report soFar(Report known) {
    List<RuleResult> tested = known.rules().stream().filter(RuleResult::hasTest).toList();
    long ended = tested.stream().filter(rule -> rule.status() != RuleStatus.NOT_RUN).count();
    String because =
        "The run has not finished: %d of %d rules have ended. %s"
            .formatted(ended, tested.size(), open(known));
    List<LevelResult> levels = known.levels().stream().map(Conclusion::soFar).toList();
    return new Report(
        false,
        known.subject(),
        Verdict.NOT_FINISHED,
        because,
        known.problems(),
        levels,
        known.waivers(),
        known.rules(),
        known.surroundings());
  }

  private static String open(Report known) {
    return switch (known.verdict()) {
      case VIOLATED -> "The verdict can only be violated or misconfigured. " + known.because();
      case MISCONFIGURED -> "The verdict can only be misconfigured or violated. " + known.because();
      default -> "The verdict is open; nothing that was measured decides it.";
    };
  }

  private static LevelResult soFar(LevelResult level) {
    return switch (level.verdict()) {
      case VIOLATED, NOT_DECLARED -> level;
      default ->
          new LevelResult(
              level.level(),
              level.declared(),
              Verdict.NOT_FINISHED,
              "The run has not finished.",
              level.counts());
    };
  }

  private static List<String> brokenFixture(List<RuleResult> rules) {
    return rules.stream()
        .filter(rule -> rule.rule().family().isOfTheFixture())
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
