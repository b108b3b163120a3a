// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.spec.Family;
import dev.holdfast.tck.spec.Level;
import dev.holdfast.tck.spec.RuleBook;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Judges levels as the section "Verdicts" of the specification's overview says. Immutable.
 *
 * @param book the rules
 * @param subject the provider under test
 * @param selective whether certain rules were asked for, so that others are not missed
 */
public record Judge(RuleBook book, Subject subject, boolean selective) {

  private static final int LISTED = 12;

  /**
   * The result of every level, the core first.
   *
   * @param rules the result of every rule
   * @return the levels
   */
  public List<LevelResult> levels(List<RuleResult> rules) {
    Set<Level> levels = new LinkedHashSet<>();
    levels.add(Level.CORE);
    book.families().forEach(family -> levels.add(family.level()));
    boolean measured = rules.stream().anyMatch(rule -> rule.status().isMeasured());
    return levels.stream()
        .map(level ->
            level(
                measured,
                level,
                rules.stream().filter(rule -> rule.rule().level().equals(level)).toList()))
        .toList();
  }

  private LevelResult level(boolean measured, Level level, List<RuleResult> rules) {
    Map<RuleStatus, Long> counts = new EnumMap<>(RuleStatus.class);
    for (RuleStatus status : RuleStatus.values()) {
      counts.put(status, rules.stream().filter(rule -> rule.status() == status).count());
    }
    boolean declared = level.feature() == null || subject.declared().contains(level.feature());
    boolean skipped =
        selective
            && rules.stream()
                .filter(RuleResult::hasTest)
                .allMatch(rule -> rule.status() == RuleStatus.NOT_RUN);
    Judgement judgement =
        skipped && measured
            ? new Judgement(Verdict.PARTIAL, "None of its rules was asked for.")
            : judge(rules);
    // What holds whether a feature is declared or not can be violated by those who do not.
    if (!declared && judgement.verdict != Verdict.VIOLATED) {
      judgement = new Judgement(Verdict.NOT_DECLARED, "The provider does not declare it.");
    }
    return new LevelResult(level, declared, judgement.verdict, judgement.because, counts);
  }

  /** A verdict with its reason. */
  private record Judgement(Verdict verdict, String because) {}

  private Judgement judge(List<RuleResult> rules) {
    List<RuleResult> musts = rules.stream().filter(rule -> rule.rule().isMust()).toList();
    // A broken fixture ends the run as misconfigured and says nothing about the provider.
    List<RuleResult> violated =
        with(
            musts,
            rule ->
                rule.status() == RuleStatus.PROVIDER_FAILED
                    || (rule.status() == RuleStatus.FAILED
                        && !rule.rule().family().isOfTheFixture()));
    if (!violated.isEmpty()) {
      return new Judgement(Verdict.VIOLATED, "These rules do not hold: " + ids(violated) + ".");
    }
    List<RuleResult> testable =
        with(
            musts,
            rule ->
                rule.hasTest()
                    && rule.status().concerns()
                    && !(selective && rule.status() == RuleStatus.NOT_RUN));
    List<RuleResult> gaps = with(testable, rule -> !rule.status().isMeasured());
    if (gaps.size() == testable.size()) {
      return new Judgement(Verdict.NOT_MEASURED, "Not one of its rules was measured.");
    }
    Set<String> thin = selective ? Set.of() : thin(testable);
    if (!thin.isEmpty()) {
      return new Judgement(
          Verdict.NOT_MEASURED,
          "Less than half was measured of: " + String.join(", ", thin) + "." + missing(gaps));
    }
    List<RuleResult> shoulds =
        with(rules, rule -> !rule.rule().isMust() && rule.status() == RuleStatus.FAILED);
    String reported = shoulds.isEmpty() ? "" : " Should hold and does not: " + ids(shoulds) + ".";
    List<RuleResult> waived = with(rules, rule -> rule.status() == RuleStatus.WAIVED);
    if (!waived.isEmpty() || !gaps.isEmpty() || selective) {
      return new Judgement(
          Verdict.PARTIAL,
          "What was measured holds."
              + (selective ? " Only some rules were asked for." : "")
              + (waived.isEmpty() ? "" : " Waived: " + ids(waived) + ".")
              + reported
              + missing(gaps));
    }
    List<RuleResult> untested = with(musts, rule -> !rule.hasTest());
    return new Judgement(
        Verdict.CONFORMANT,
        (shoulds.isEmpty()
                ? "Every rule that the kit can test holds."
                : "Every MUST rule that the kit can test holds." + reported)
            + (untested.isEmpty() ? "" : " The kit has no test for: " + ids(untested) + "."));
  }

  /** The families of which less than half was measured. */
  private static Set<String> thin(List<RuleResult> testable) {
    Map<Family, List<RuleResult>> families =
        testable.stream().collect(Collectors.groupingBy(rule -> rule.rule().family()));
    return testable.stream()
        .map(rule -> rule.rule().family())
        .filter(family -> {
          List<RuleResult> all = families.getOrDefault(family, List.of());
          long measured = all.stream().filter(rule -> rule.status().isMeasured()).count();
          return 2 * measured < all.size();
        })
        .map(Family::id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String missing(List<RuleResult> gaps) {
    return gaps.isEmpty() ? "" : " Not measured: " + ids(gaps) + ".";
  }

  private static List<RuleResult> with(List<RuleResult> rules, Predicate<RuleResult> filter) {
    return rules.stream().filter(filter).toList();
  }

  private static String ids(List<RuleResult> rules) {
    String shown =
        rules.stream()
            .limit(LISTED)
            .map(rule -> rule.rule().id())
            .collect(Collectors.joining(", "));
    return rules.size() <= LISTED ? shown : shown + " and others (" + rules.size() + " in all)";
  }
}
