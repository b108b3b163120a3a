// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.tck.engine.RunOutcome;
import dev.holdfast.tck.engine.TckRun;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.junit.RunSettings;
import dev.holdfast.tck.report.Report;
import dev.holdfast.tck.report.RuleResult;
import dev.holdfast.tck.report.RuleStatus;
import dev.holdfast.tck.report.Verdict;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.TestExecutionListener;

/** Who is to blame for a failure is said, and it is not the other one. */
class BlameTest {
  private static final String WORDS = "Unknown column 'message_idd'";

  @Test
  void aWrongStatementOfTheProviderIsNotTheFixtures() {
    RunOutcome outcome =
        run(
            provider(inner ->
                new Forwarding(inner) {
                  @Override
                  public EnqueueResult enqueue(OrchestratorMessage message) {
                    throw new StoreFailure("enqueue", WORDS, null);
                  }
                }),
            "CREATE");

    assertThat(outcome.verdict()).isEqualTo(Verdict.VIOLATED);
    assertThat(outcome.problems())
        .singleElement()
        .asString()
        .startsWith("provider \"reference\" 1 failed in its first calls")
        .contains("not about the fixture", WORDS, "A.enqueue(poke->nobody", "<-- here")
        .contains("BlameTest")
        .doesNotContain("cannot be used");
  }

  @Test
  void aRuleAboutTheFixtureBlamesTheFixture() {
    RunOutcome outcome = run(mutant("time-moves-in-seconds"), "FIX-05,CREATE-01");

    assertThat(outcome.verdict()).isEqualTo(Verdict.MISCONFIGURED);
    assertThat(result(outcome, "FIX-05").failures())
        .singleElement()
        .asString()
        .startsWith("FIX-05 does not hold: the fixture of provider \"reference\" 1 is wrong   (")
        .doesNotContain("violated");
  }

  @Test
  void aCallThatFailsDuringARuleAboutTheFixtureIsTheProviders() {
    RunOutcome outcome =
        run(
            provider(inner ->
                new Forwarding(inner) {
                  @Override
                  protected void abandonInstance(LockToken token, AbandonOptions how) {
                    throw new StoreFailure("abandon", WORDS, null);
                  }
                }),
            "FIX-05,CREATE-01");

    RuleResult fix = result(outcome, "FIX-05");
    assertThat(fix.status()).isEqualTo(RuleStatus.PROVIDER_FAILED);
    assertThat(fix.failures())
        .singleElement()
        .asString()
        .startsWith("FIX-05 cannot be tested: a call of provider \"reference\" 1 failed   (")
        .contains(WORDS);
    assertThat(outcome.verdict()).isEqualTo(Verdict.VIOLATED);
    assertThat(outcome.report().map(Report::problems).orElseThrow()).isEmpty();
    assertThat(result(outcome, "CREATE-01").status()).isEqualTo(RuleStatus.PASSED);
  }

  @Test
  void whatASchemaBoxGetsWrongIsNotHeldAgainstTheProvider() {
    RunOutcome outcome = run(mutant("the-schema-box-names-its-store"), "FIX,SCHEMA-01,SCHEMA-02");

    assertThat(outcome.verdict()).isEqualTo(Verdict.MISCONFIGURED);
    assertThat(result(outcome, "FIX-11").failures())
        .singleElement()
        .asString()
        .contains("the fixture of", "first_message", "second_message");
    for (String rule : new String[] {"SCHEMA-01", "SCHEMA-02"}) {
      assertThat(result(outcome, rule).status()).isEqualTo(RuleStatus.NOT_MEASURED);
      assertThat(result(outcome, rule).reason()).contains("the fixture does not keep FIX-11");
    }
  }

  @Test
  void theNameThatAPlaceRefusesIsTold() {
    RunOutcome outcome = run(mutant("a-place-takes-no-underscores"), "FIX-13");

    assertThat(result(outcome, "FIX-13").failures())
        .singleElement()
        .asString()
        .contains("the fixture of", "a name that the kit uses: store_0.");
  }

  @Test
  void theStoreThatCouldNotBeOpenedIsNamed() {
    RunOutcome outcome =
        run(() -> FixMutants.places(name -> "nosuch:" + name, name -> List.of()), "SCHEMA-01");

    assertThat(result(outcome, "SCHEMA-01").failures())
        .singleElement()
        .asString()
        .contains("#1 configuration of the store \"store\"");
  }

  private static Supplier<TckFixture> mutant(String name) {
    return FixMutants.all().stream()
        .filter(mutant -> mutant.name().equals(name))
        .findFirst()
        .orElseThrow()
        .fixture();
  }

  private static Supplier<TckFixture> provider(UnaryOperator<Provider> breaker) {
    return new Family("BLAME").handle("broken", "", "", breaker).mutants().get(0).fixture();
  }

  private static RunOutcome run(Supplier<TckFixture> fixture, String rules) {
    AtomicReference<RunOutcome> outcome = new AtomicReference<>();
    MutantFixture.during(
        fixture,
        () ->
            outcome.set(
                TckRun.execute(
                    Map.of(
                        RunSettings.FIXTURE,
                        MutantFixture.class.getName(),
                        RunSettings.RULES,
                        rules,
                        RunSettings.REPORT,
                        RunSettings.NO_REPORT),
                    new TestExecutionListener() {})));
    return outcome.get();
  }

  private static RuleResult result(RunOutcome outcome, String id) {
    return outcome.report().orElseThrow().rules().stream()
        .filter(rule -> rule.rule().id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
