// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.engine.RunOutcome;
import dev.holdfast.tck.engine.TckRun;
import dev.holdfast.tck.junit.RunSettings;
import dev.holdfast.tck.report.Report;
import dev.holdfast.tck.report.RuleResult;
import dev.holdfast.tck.report.RuleStatus;
import dev.holdfast.tck.report.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;

/** What a part of the fixture throws is a problem of the fixture, told once and never a verdict. */
class FixtureFailureTest {

  @Test
  void aPartThatThrowsIsNoViolation() {
    RunOutcome outcome = run(FailingParts.JammedWhiteBox.class, "PERF-07,LOCK-04");
    Report report = outcome.report().orElseThrow();

    assertThat(outcome.verdict()).isEqualTo(Verdict.MISCONFIGURED);
    assertThat(outcome.verdict().exitCode()).isEqualTo(2);
    RuleResult failed = result(report, "PERF-07");
    assertThat(failed.status()).isEqualTo(RuleStatus.FIXTURE_FAILED);
    assertThat(failed.failures()).isEmpty();
    assertThat(failed.fixtureFailures())
        .singleElement()
        .asString()
        .contains(
            "the white box (" + FailingParts.class.getName() + "$JammedWhiteBox$Jammed)",
            "WhiteBox.count(LOCK)",
            "IllegalStateException: " + FailingParts.WORDS,
            "JammedWhiteBox$Jammed.rows(FailingParts.java:",
            "NoSuchFileException: f")
        .doesNotContain("org.junit");
    assertThat(report.problems())
        .singleElement()
        .asString()
        .contains("the white box", FailingParts.WORDS, "PERF-07");
    assertThat(result(report, "LOCK-04").status()).isEqualTo(RuleStatus.PASSED);
  }

  @Test
  void theReportHasItApartFromViolations(@TempDir Path folder) throws Exception {
    KitRun.of(
        KitRun.AllRules.class,
        Map.of(
            RunSettings.FIXTURE, FailingParts.JammedWhiteBox.class.getName(),
            RunSettings.RULES, "PERF-07",
            RunSettings.REPORT, folder.toString()));

    for (String file : new String[] {"report.md", "report.html"}) {
      assertThat(Files.readString(folder.resolve(file)))
          .contains("What failed in the fixture", FailingParts.WORDS)
          .doesNotContain("What does not hold");
    }
    assertThat(Files.readString(folder.resolve("report.json"))).contains("\"FIXTURE_FAILED\"");
  }

  @Test
  void aProblemThatManyRulesMeetIsToldOnce() {
    Report report = run(FailingParts.JammedClock.class, "EXPIRY").report().orElseThrow();

    assertThat(report.rules().stream().filter(rule -> rule.status() == RuleStatus.FIXTURE_FAILED))
        .hasSizeGreaterThan(3);
    assertThat(report.rules()).noneMatch(rule -> rule.status() == RuleStatus.FAILED);
    assertThat(report.problems())
        .singleElement()
        .asString()
        .contains("the time control", "TimeControl.advance(PT", "more rules");
  }

  @Test
  void aStoreThatCannotBeRemovedIsAProblemOfTheFixture() {
    RunOutcome outcome = run(FailingParts.JammedStores.class, "LOCK-04");

    assertThat(outcome.verdict()).isEqualTo(Verdict.MISCONFIGURED);
    assertThat(result(outcome.report().orElseThrow(), "LOCK-04").fixtureFailures())
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).contains("the test store", "TestStore.close()"));
  }

  @Test
  void aPlaceThatCannotBeMadeIsAProblemOfTheFixture() {
    RunOutcome outcome = run(FailingParts.JammedPlaces.class, "SCHEMA-01,LOCK-04");

    assertThat(outcome.verdict()).isEqualTo(Verdict.MISCONFIGURED);
    assertThat(result(outcome.report().orElseThrow(), "SCHEMA-01").fixtureFailures())
        .isNotEmpty()
        .allSatisfy(text -> assertThat(text).contains("TckFixture.freshPlace(SCHEMA-01)"));
  }

  @Test
  void whatTheProviderThrowsIsStillAViolation() {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class,
            Map.of(
                RunSettings.FIXTURE,
                FailingParts.FailingProvider.class.getName(),
                RunSettings.RULES,
                "EXPIRY-06"));

    assertThat(run.ended(Status.FAILED))
        .isNotEmpty()
        .allSatisfy(one ->
            assertThat(one.result().getThrowable().orElseThrow())
                .isInstanceOf(RuleViolation.class));
  }

  @Test
  void aFixtureThatMakesNoStoreIsToldOnce() {
    FailingParts.NoStores.ASKED.set(0);
    KitRun run = KitRun.onFixture(FailingParts.NoStores.class);

    assertThat(run.ended()).isEmpty();
    assertThat(run.otherFailures())
        .singleElement()
        .isInstanceOf(FixtureProblem.class)
        .asString()
        .contains("TckFixture.freshStore(round-trip)", FailingParts.WORDS);
    assertThat(FailingParts.NoStores.ASKED).hasValue(1);
    RunOutcome outcome = run(FailingParts.NoStores.class, "LOCK");
    assertThat(outcome.verdict()).isEqualTo(Verdict.MISCONFIGURED);
    assertThat(outcome.problems())
        .singleElement()
        .asString()
        .contains(FailingParts.WORDS, "NoStores.freshStore(FailingParts.java:");
  }

  @Test
  void aFixtureThatStopsMakingStoresStopsTheRun() {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class,
            Map.of(
                RunSettings.FIXTURE,
                FailingParts.FewStores.class.getName(),
                RunSettings.RULES,
                "LOCK"));

    assertThat(run.ended(Status.SUCCESSFUL)).hasSizeBetween(1, 2);
    assertThat(run.ended(Status.FAILED)).hasSize(1);
    assertThat(run.otherFailures()).isEmpty();
  }

  private static RunOutcome run(Class<?> fixture, String rules) {
    return TckRun.execute(
        Map.of(
            RunSettings.FIXTURE,
            fixture.getName(),
            RunSettings.RULES,
            rules,
            RunSettings.REPORT,
            RunSettings.NO_REPORT),
        new TestExecutionListener() {});
  }

  private static RuleResult result(Report report, String rule) {
    return report.rules().stream()
        .filter(one -> one.rule().id().equals(rule))
        .findFirst()
        .orElseThrow();
  }
}
