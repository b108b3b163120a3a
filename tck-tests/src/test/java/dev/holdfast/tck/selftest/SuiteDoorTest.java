// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.junit.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult.Status;

/** A suite is green where the command line ends with 0, writes the same report, and is red else. */
class SuiteDoorTest {

  private static final String BROKEN = Mutants.MergesMessages.class.getName();

  @TempDir Path folder;

  @Test
  void aSuiteWritesItsReport() throws IOException {
    KitRun run =
        KitRun.of(
            KitRun.AllRules.class,
            Map.of(
                RunSettings.RULES, "LOCK-04", RunSettings.REPORT, folder.resolve("r").toString()));

    assertEquals(List.of(), run.otherFailures());
    String page = Files.readString(folder.resolve("r/report.html"));
    assertTrue(page.contains("<h1>reference <small>1</small></h1>"), page);
    assertTrue(Files.exists(folder.resolve("r/report.json")));
    String markdown = Files.readString(folder.resolve("r/report.md"));
    assertTrue(markdown.contains("-Dtck.rules=LOCK-04 -Dtck.seed="), markdown);
  }

  @Test
  void aWaivedRuleRunsAndDoesNotFailTheSuite() throws IOException {
    KitRun run = waived(BROKEN, "LOCK-05", "LOCK-05 | known | until 2999-01-01");

    assertEquals(List.of(), run.ended(Status.FAILED));
    assertEquals(List.of(), run.otherFailures());
    assertTrue(
        run.ended(Status.ABORTED).get(0).result().getThrowable().orElseThrow()
            instanceof ReportedViolation);
  }

  @Test
  void aWaivedRuleThatPassesFailsTheSuite() throws IOException {
    KitRun run =
        waived(
            "dev.holdfast.tck.reference.ReferenceFixture",
            "LOCK-05",
            "LOCK-05 | known | until 2999-01-01");

    assertEquals(List.of(), run.ended(Status.FAILED));
    expectProblem(run, "LOCK-05 is waived and did not fail (it is passed)");
  }

  @Test
  void aSuiteThatMeasuresTooLittleFailsUnlessItSaysSo() {
    Map<String, String> onlyInMemory =
        Map.of(RunSettings.RULES, "CRASH-01", RunSettings.ACCEPT, "conformant");
    expectProblem(KitRun.of(KitRun.AllRules.class, onlyInMemory), "Too little was measured.");

    Map<String, String> nothingAtAll =
        Map.of(RunSettings.RULES, "CRASH-01", RunSettings.ACCEPT, RunSettings.GAPS);
    expectProblem(KitRun.of(KitRun.AllRules.class, nothingAtAll), "Too little was measured.");
  }

  @Test
  void aReportThatCannotBeWrittenFailsTheSuiteBeforeItsFirstTest() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    KitRun run =
        KitRun.of(
            KitRun.AllRules.class, Map.of(RunSettings.REPORT, file.resolve("report").toString()));

    assertEquals(List.of(), run.ended());
    expectProblem(run, "cannot be written");
  }

  @Test
  void aSeedThatIsNoNumberFailsTheSuite() {
    KitRun run = KitRun.of(KitRun.AllRules.class, Map.of(RunSettings.SEED, "soon"));

    assertEquals(List.of(), run.ended());
    expectProblem(run, "tck.seed is soon");
  }

  private KitRun waived(String fixture, String rules, String waiver) throws IOException {
    Path file = Files.writeString(folder.resolve("waivers.txt"), waiver);
    return KitRun.of(
        KitRun.AllRules.class,
        Map.of(
            RunSettings.FIXTURE, fixture,
            RunSettings.RULES, rules,
            RunSettings.WAIVERS, file.toString()));
  }

  private static void expectProblem(KitRun run, String words) {
    assertFalse(run.otherFailures().isEmpty(), "the suite went green");
    assertTrue(
        run.otherFailures().stream().anyMatch(thrown -> mentions(thrown, words)),
        () -> run.otherFailures().toString());
  }

  private static boolean mentions(Throwable thrown, String words) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof FixtureProblem && String.valueOf(cause.getMessage()).contains(words)) {
        return true;
      }
    }
    for (Throwable suppressed : thrown.getSuppressed()) {
      if (mentions(suppressed, words)) {
        return true;
      }
    }
    return false;
  }
}
