// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.Feature;
import dev.holdfast.tck.spec.RuleBook;
import dev.holdfast.tck.spec.UntestedRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verdict says no more than was measured. */
class VerdictTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);

  private final RuleBook book =
      RuleBook.read(
          Map.of(
                  "README.md",
                  """
                  ## Families of the core
                  | [FIX](fix.md) | Fixture. |
                  | [LOCK](lock.md) | Locks. |
                  ## Families of the features
                  | [TAG](tag.md) | TAGS | Tags. |
                  """,
                  "fix.md",
                  page("FIX", "MUST"),
                  "lock.md",
                  page("LOCK", "MUST", "MUST", "MUST", "SHOULD"),
                  "tag.md",
                  page("TAG", "MUST"))
              ::get);

  private final Set<String> tested = Set.of("FIX-01", "LOCK-01", "LOCK-02", "LOCK-04", "TAG-01");
  private final UntestedRules untested = UntestedRules.read("LOCK-03 = no way yet");
  private final List<TestResult> tests = new ArrayList<>();
  private Waivers waivers = Waivers.none();
  private Set<Feature> declared = Set.of();
  private boolean selective;

  @BeforeEach
  void everythingPassed() {
    for (String id : tested) {
      ended(id, RuleStatus.PASSED);
    }
  }

  @Test
  void conformantWhenAllThatTheKitCanTestHolds() {
    Report report = report();

    assertEquals(Verdict.CONFORMANT, report.verdict());
    assertTrue(report.because().contains("LOCK-03"), report.because());
    assertEquals(RuleStatus.NOT_MEASURED, result(report, "LOCK-03").status());
    assertTrue(result(report, "LOCK-03").reason().contains("no way yet"));
  }

  @Test
  void violatedWhenAMustDoesNotHold() {
    ended("LOCK-02", RuleStatus.FAILED);

    assertEquals(Verdict.VIOLATED, report().verdict());
    assertEquals(1, report().verdict().exitCode());
  }

  @Test
  void aShouldDoesNotChangeTheVerdict() {
    ended("LOCK-04", RuleStatus.FAILED);

    assertEquals(Verdict.CONFORMANT, report().verdict());
    assertEquals(RuleStatus.FAILED, result(report(), "LOCK-04").status());
    assertTrue(report().because().contains("Should hold and does not: LOCK-04."));
  }

  @Test
  void partialWhenSomethingWasNotMeasured() {
    ended("LOCK-02", RuleStatus.NOT_MEASURED);

    assertEquals(Verdict.PARTIAL, report().verdict());
    assertTrue(report().because().contains("Not measured: LOCK-02"), report().because());
    assertTrue(result(report(), "LOCK-02").reason().contains("1 of its 2 tests passed"));
  }

  @Test
  void notMeasuredWhenMoreThanHalfOfAFamilyIsMissing() {
    ended("LOCK-01", RuleStatus.NOT_MEASURED);
    ended("LOCK-02", RuleStatus.NOT_MEASURED);

    assertEquals(Verdict.NOT_MEASURED, report().verdict());
    assertEquals(3, report().verdict().exitCode());
    assertTrue(report().because().contains("Less than half was measured of: LOCK."));
  }

  @Test
  void notMeasuredWhenNothingRan() {
    tests.clear();

    assertEquals(Verdict.NOT_MEASURED, report().verdict());
  }

  @Test
  void rulesThatDidNotRunAreMissedUnlessOthersWereAskedFor() {
    tests.removeIf(test -> test.ruleId().startsWith("LOCK"));
    assertEquals(Verdict.NOT_MEASURED, report().verdict());

    selective = true;
    assertEquals(Verdict.PARTIAL, report().verdict());
    tests.removeIf(test -> test.ruleId().startsWith("FIX"));
    assertEquals(Verdict.PARTIAL, report().verdict(), "rules of a feature were asked for");
    tests.clear();
    assertEquals(Verdict.NOT_MEASURED, report().verdict());
    ended("TAG-01", RuleStatus.NOT_DECLARED);
    assertEquals(Verdict.NOT_MEASURED, report().verdict());
  }

  @Test
  void whatHoldsAlsoWithoutTheFeatureIsViolatedWithoutIt() {
    tests.removeIf(test -> test.ruleId().equals("TAG-01"));
    ended("TAG-01", RuleStatus.FAILED);

    assertEquals(Verdict.VIOLATED, report().verdict());
    assertTrue(report().because().contains("TAG-01"), report().because());
  }

  @Test
  void aFeatureCountsOnlyWhereItIsDeclared() {
    tests.removeIf(test -> test.ruleId().equals("TAG-01"));
    ended("TAG-01", RuleStatus.NOT_DECLARED);
    assertEquals(Verdict.CONFORMANT, report().verdict());

    ended("TAG-01", RuleStatus.FAILED);
    declared = Set.of(Feature.TAGS);
    assertEquals(Verdict.VIOLATED, report().verdict());
    assertEquals(Verdict.CONFORMANT, report().levels().get(0).verdict());
    assertEquals(Verdict.VIOLATED, report().levels().get(1).verdict());
  }

  @Test
  void aBrokenFixtureSaysNothingAboutTheProvider() {
    ended("FIX-01", RuleStatus.FAILED);
    ended("LOCK-01", RuleStatus.FAILED);

    assertEquals(Verdict.MISCONFIGURED, report().verdict());
    assertEquals(2, report().verdict().exitCode());
    assertTrue(report().problems().get(0).contains("FIX-01"));
  }

  @Test
  void waivedRulesMustFailAndMakeTheVerdictPartial(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("waivers.txt");
    Files.writeString(file, "# known\n\nLOCK-02 | fixed in 2.0 | until 2026-06-01\n");
    waivers = Waivers.read(file, book, TODAY);

    assertEquals(Verdict.MISCONFIGURED, report().verdict());
    assertTrue(report().problems().get(0).contains("LOCK-02 is waived and did not fail"));

    ended("LOCK-02", RuleStatus.FAILED);
    assertEquals(Verdict.PARTIAL, report().verdict());
    assertTrue(report().because().contains("Waived: LOCK-02"), report().because());
    assertEquals(RuleStatus.WAIVED, result(report(), "LOCK-02").status());

    ended("LOCK-01", RuleStatus.FAILED);
    assertEquals(Verdict.VIOLATED, report().verdict());
  }

  @Test
  void aLevelThatIsNotDeclaredIsNotConformant(@TempDir Path folder) throws IOException {
    tests.removeIf(test -> test.ruleId().equals("TAG-01"));
    ended("TAG-01", RuleStatus.NOT_DECLARED);
    new ReportFolder(folder).write(report());

    JsonNode levels =
        new JsonMapper().readTree(folder.resolve("report.json").toFile()).get("levels");
    assertEquals("NOT_DECLARED", levels.get(1).get("verdict").asString());
    assertEquals("CONFORMANT", levels.get(0).get("verdict").asString());
  }

  @Test
  void noTextMakesAReportFail(@TempDir Path folder) throws IOException {
    tests.add(
        new TestResult(
            "LOCK-01",
            "Rules.test",
            RuleStatus.FAILED,
            "half \ud83d, other half \ude80, whole 🚀, nul \0, %s, ``` and ]]> </pre>",
            Duration.ofMillis(3)));
    new ReportFolder(folder).write(report());

    for (String file : List.of("report.md", "report.html", "report.json")) {
      String text = Files.readString(folder.resolve(file));
      assertTrue(
          text.contains("half ") && text.contains("ud83d, other half ") && text.contains("🚀"),
          text);
      assertFalse(text.contains("\0"), file);
    }
    String markdown = Files.readString(folder.resolve("report.md"));
    assertTrue(markdown.contains("````text\nhalf "), markdown);
  }

  @Test
  void failuresAreRanked(@TempDir Path folder) throws IOException {
    ended("TAG-01", RuleStatus.FAILED);
    ended("LOCK-04", RuleStatus.FAILED);
    ended("LOCK-02", RuleStatus.FAILED);
    tests.add(new TestResult("LOCK-01", "Rules.way", RuleStatus.FAILED, "no", Duration.ZERO, true));

    assertEquals(List.of("LOCK-02", "TAG-01", "LOCK-01", "LOCK-04"), order(report()));
    tests.add(new TestResult("LOCK-01", "Rules.own", RuleStatus.FAILED, "no", Duration.ZERO));
    assertEquals(List.of("LOCK-01", "LOCK-02", "TAG-01", "LOCK-04"), order(report()));
    ended("FIX-01", RuleStatus.FAILED);
    assertEquals("FIX-01", order(report()).get(0));

    new ReportFolder(folder).write(report());
    for (String file : List.of("report.md", "report.html")) {
      String text = Files.readString(folder.resolve(file));
      assertTrue(text.contains("Read first: FIX-01."), text);
      assertTrue(text.contains("Then: LOCK-01, LOCK-02, TAG-01, LOCK-04."), text);
    }
    assertEquals(
        "FIX-01",
        new JsonMapper()
            .readTree(folder.resolve("report.json").toFile())
            .get("readFirst")
            .get(0)
            .asString());
  }

  private static List<String> order(Report report) {
    return report.readFirst().stream().map(rule -> rule.rule().id()).toList();
  }

  private void ended(String id, RuleStatus status) {
    tests.add(
        new TestResult(
            id, "Rules.test" + tests.size(), status, "detail <of> " + id, Duration.ofMillis(3)));
  }

  private Report report() {
    Subject subject = new Subject("acme", "1.3", "1.0", declared);
    List<RuleResult> rules = new Results(book, untested, tested, waivers).of(tests);
    return Conclusion.of(
        subject,
        waivers,
        rules,
        new Judge(book, subject, selective).levels(rules),
        List.of(),
        new Surroundings(
            Versions.current(),
            2,
            List.of(Duration.ofMillis(1)),
            Duration.ofMillis(1),
            "standing",
            0,
            1,
            17,
            "",
            Instant.EPOCH,
            Duration.ofSeconds(2),
            "tck --provider acme --seed 17"));
  }

  private static RuleResult result(Report report, String id) {
    return report.rules().stream()
        .filter(rule -> rule.rule().id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static String page(String family, String... strengths) {
    StringBuilder page = new StringBuilder("# " + family + ": words\n");
    for (int i = 0; i < strengths.length; i++) {
      page.append(
          """

          ### %s-%02d · %s · since 1.0

          It holds, with `code` & <marks>.

          - **Why:** why.
          - **Without it:** what.
          - **Check:** is it?
          """
              .formatted(family, i + 1, strengths[i]));
    }
    return page.toString();
  }
}
