// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.tck.report.RuleStatus;
import dev.holdfast.tck.report.TestResult;
import dev.holdfast.tck.spec.RuleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What has come of the tests of a run so far. Thread-safe. */
final class RunLedger {

  private final List<TestResult> results = new ArrayList<>();
  private final Map<String, Duration> durations = new HashMap<>();
  private final Set<String> problems = new LinkedHashSet<>();
  private String brokenFixture = "";
  private long slowedDown;

  /** Notes how long a test took, before it is known how it ended. */
  synchronized void took(String test, Duration duration) {
    durations.merge(test, duration, Duration::plus);
  }

  /** Notes how a test ended. */
  synchronized void ended(RuleText rule, String test, RuleStatus status, String detail) {
    results.add(
        new TestResult(
            rule.id(), test, status, detail, durations.getOrDefault(test, Duration.ZERO)));
    if (status == RuleStatus.FAILED && rule.family().isOfTheFixture() && rule.isMust()) {
      brokenFixture = rule.id();
    }
  }

  /** Notes that fixture or settings are wrong. */
  synchronized void problem(String text) {
    problems.add(text);
  }

  /** Notes that a test is repeated with longer locks. */
  synchronized void slowedDown() {
    slowedDown++;
  }

  /** A rule about the fixture that does not hold, after which no other rule says anything. */
  synchronized Optional<String> brokenFixture() {
    return brokenFixture.isEmpty() ? Optional.empty() : Optional.of(brokenFixture);
  }

  synchronized List<TestResult> results() {
    return List.copyOf(results);
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  synchronized long timesSlowedDown() {
    return slowedDown;
  }
}
