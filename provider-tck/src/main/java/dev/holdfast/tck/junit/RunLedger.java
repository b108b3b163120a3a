// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.report.RuleStatus;
import dev.holdfast.tck.report.TestResult;
import dev.holdfast.tck.spec.RuleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What has come of the tests of a run so far. Thread-safe. */
final class RunLedger {
  private static final String MAKES_STORES = "TckFixture.freshStore ";

  private final List<TestResult> results = new ArrayList<>();
  private final Map<String, Duration> durations = new HashMap<>();
  private final Map<String, FixtureProblem> problems = new LinkedHashMap<>();
  private final Map<String, Set<String>> rulesOfProblems = new HashMap<>();
  private boolean problemShownByTests;
  private String brokenFixture = "";
  private long slowedDown;

  /** Notes how long a test took, before it is known how it ended. */
  synchronized void took(String test, Duration duration) {
    durations.merge(test, duration, Duration::plus);
  }

  /** Notes how a test ended that did not fall over what others are about. */
  void ended(RuleText rule, String test, RuleStatus status, String detail) {
    ended(rule, test, status, detail, false);
  }

  /** Notes how a test ended. */
  synchronized void ended(
      RuleText rule, String test, RuleStatus status, String detail, boolean onTheWay) {
    results.add(
        new TestResult(
            rule.id(),
            test,
            status,
            detail,
            durations.getOrDefault(test, Duration.ZERO),
            onTheWay));
    boolean broken = status == RuleStatus.FAILED || status == RuleStatus.FIXTURE_FAILED;
    if (broken && rule.family().isOfTheFixture() && rule.isMust()) {
      brokenFixture = "the fixture does not keep " + rule.id();
      problemShownByTests = true;
    }
  }

  /**
   * Notes that the fixture failed. Without stores no other rule says anything.
   *
   * @param rule the rule that met it
   * @param problem what happened
   * @param failsATest whether the test of the rule fails for it
   */
  synchronized void problem(RuleText rule, FixtureProblem problem, boolean failsATest) {
    problems.putIfAbsent(problem.kind(), problem);
    rulesOfProblems.computeIfAbsent(problem.kind(), kind -> new LinkedHashSet<>()).add(rule.id());
    problemShownByTests |= failsATest;
    if (problem.kind().startsWith(MAKES_STORES) && brokenFixture.isEmpty()) {
      brokenFixture = "the fixture cannot make a store, as " + rule.id() + " says";
    }
  }

  /** Notes that a test is repeated with longer locks. */
  synchronized void slowedDown() {
    slowedDown++;
  }

  /** What is wrong with the fixture, so that no other rule says anything. */
  synchronized Optional<String> brokenFixture() {
    return brokenFixture.isEmpty() ? Optional.empty() : Optional.of(brokenFixture);
  }

  synchronized List<TestResult> results() {
    return List.copyOf(results);
  }

  synchronized List<String> problems() {
    return problems.entrySet().stream()
        .map(problem ->
            text(problem.getValue(), rulesOfProblems.getOrDefault(problem.getKey(), Set.of())))
        .toList();
  }

  private static String text(FixtureProblem problem, Set<String> rules) {
    String first = rules.stream().findFirst().orElse("");
    return problem.getMessage()
        + (rules.size() <= 1
            ? " (" + first + ")"
            : " (%s and %d more rules)".formatted(first, rules.size() - 1));
  }

  /** Whether a test failed because of the fixture, so that the run needs no other failure. */
  synchronized boolean isProblemShownByTests() {
    return problemShownByTests;
  }

  synchronized long timesSlowedDown() {
    return slowedDown;
  }
}
