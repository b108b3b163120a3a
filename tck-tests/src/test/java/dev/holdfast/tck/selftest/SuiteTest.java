// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ProviderTck;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult.Status;

/** The one-line suite executes rules, and never goes green without having done so. */
class SuiteTest {

  private static final String SERVICE = "META-INF/services/" + TckFixture.class.getName();

  /** What the author of a provider writes. */
  static final class OneLine extends ProviderTck {}

  @Test
  void aOneLineSuiteRunsTheRules() {
    KitRun run = KitRun.of(OneLine.class, Map.of("tck.rules", "CREATE,LOCK-04"));

    assertTrue(run.ended(Status.SUCCESSFUL).size() >= 15, () -> run.ended().toString());
    assertEquals(List.of(), run.ended(Status.FAILED));
    assertEquals(List.of(), run.otherFailures());
    assertTrue(
        run.ended().stream()
            .anyMatch(
                one -> one.displayName().equals("LOCK-04 a token is good for its own lock only")));
  }

  @Test
  void rulesCanRunInParallel() {
    KitRun run =
        KitRun.of(
            OneLine.class,
            Map.of(
                "tck.rules", "CREATE,LOCK",
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                "junit.jupiter.execution.parallel.mode.classes.default", "concurrent"));

    assertTrue(run.ended(Status.SUCCESSFUL).size() >= 30, () -> run.ended().toString());
    assertEquals(List.of(), run.ended(Status.FAILED));
  }

  @Test
  void aSuiteWithoutAFixtureFails() {
    KitRun run =
        withServices(Collections.emptyEnumeration(), () -> KitRun.of(OneLine.class, Map.of()));

    assertEquals(List.of(), run.ended());
    assertProblem(run, "No fixture was found");
  }

  @Test
  void aSuiteWithTwoFixturesFailsAndNamesBoth(@TempDir Path folder) throws IOException {
    Path both = folder.resolve("both");
    Files.writeString(
        both,
        ReferenceFixture.class.getName() + "\n" + Mutants.MergesMessages.class.getName() + "\n");
    Enumeration<URL> services = Collections.enumeration(List.of(both.toUri().toURL()));

    KitRun run = withServices(services, () -> KitRun.of(OneLine.class, Map.of()));

    assertEquals(List.of(), run.ended());
    assertProblem(run, ReferenceFixture.class.getName());
    assertProblem(run, Mutants.MergesMessages.class.getName());
  }

  @Test
  void aFixtureThatCannotBeLoadedIsNamed() {
    KitRun run = KitRun.of(OneLine.class, Map.of("tck.fixture", "com.example.Missing"));

    assertEquals(List.of(), run.ended());
    assertProblem(run, "com.example.Missing");
  }

  @Test
  void aFixtureThatOpensAnotherProviderThanItSaysFails() {
    KitRun run = KitRun.onFixture(Mutants.SaysItIsSomebodyElse.class);

    assertEquals(List.of(), run.ended());
    assertProblem(run, "acme");
  }

  @Test
  void aSelectionThatMatchesNothingFails() {
    KitRun run = KitRun.of(OneLine.class, Map.of("tck.rules", "LOOK-04"));

    assertEquals(List.of(), run.ended());
    assertProblem(run, "LOOK-04");
  }

  @Test
  void aFailureNamesTheRuleTheProviderTheCallsAndHowToRunItAgain() {
    KitRun run =
        KitRun.of(
            OneLine.class,
            Map.of(
                "tck.rules",
                "LOCK-05",
                "tck.seed",
                "17",
                "tck.fixture",
                Mutants.MergesMessages.class.getName()));

    RuleViolation violation =
        (RuleViolation) run.ended(Status.FAILED).get(0).result().getThrowable().orElseThrow();

    String text = violation.getMessage();
    assertTrue(text.startsWith("LOCK-05 violated by provider \"reference\" 1"), text);
    assertTrue(text.contains("A.enqueue(poke->order"), text);
    assertTrue(text.contains("B.fetchOrchestrationItems(max=1"), text);
    assertTrue(text.contains("-Dtck.rules=LOCK-05 -Dtck.seed=17"), text);
    assertFalse(text.contains("input of order"), "payloads must not be shown");
    assertEquals("LOCK-05", violation.circumstances().orElseThrow().ruleId());
  }

  private static void assertProblem(KitRun run, String words) {
    assertFalse(run.otherFailures().isEmpty(), "the run went green");
    assertTrue(
        run.otherFailures().stream()
            .flatMap(SuiteTest::withCauses)
            .filter(FixtureProblem.class::isInstance)
            .anyMatch(problem -> String.valueOf(problem.getMessage()).contains(words)),
        () -> run.otherFailures().toString());
  }

  private static Stream<Throwable> withCauses(Throwable thrown) {
    Stream<Throwable> below = Stream.of(thrown.getSuppressed()).flatMap(SuiteTest::withCauses);
    Throwable cause = thrown.getCause();
    return Stream.concat(
        Stream.of(thrown), cause == null ? below : Stream.concat(below, withCauses(cause)));
  }

  private interface Body {
    KitRun run();
  }

  /** Runs something while {@link java.util.ServiceLoader} finds other fixtures. */
  private static KitRun withServices(Enumeration<URL> services, Body body) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(
        new ClassLoader(before) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(SERVICE) ? services : super.getResources(name);
          }
        });
    try {
      return body.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
