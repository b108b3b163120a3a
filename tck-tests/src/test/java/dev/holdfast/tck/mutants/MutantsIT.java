// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.provider.Feature;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The kit notices every mutant, by a rule of the family that is about what is broken, and finds
 * nothing in the unbroken reference. Each mutant meets the rules of its own family; with the system
 * property {@code mutants.matrix} it meets all of them, which takes longer. {@code mutants.family},
 * such as {@code KV} or {@code KV,FETCH}, leaves out the mutants of all other families, and what is
 * said about rules without a mutant.
 */
class MutantsIT {

  private static final boolean MATRIX = Boolean.getBoolean("mutants.matrix");
  private static final String FAMILIES = System.getProperty("mutants.family", "");
  private static final int THREADS = 6;

  /** A family with rules that look at all threads and the console of this JVM. */
  private static final String ALONE = "SPI";

  /** A family whose rules spend their time waiting. */
  private static final String WAITING = "POLL";

  private static final Map<Mutant, MutantRun> RUNS = new LinkedHashMap<>();
  private static MutantRun unbroken;

  @BeforeAll
  static void runAll() throws InterruptedException, ExecutionException {
    unbroken = MutantRun.of(ReferenceFixture::new, FAMILIES);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      Map<Mutant, Future<MutantRun>> running = new LinkedHashMap<>();
      // Those that wait come first, so that others work meanwhile.
      chosen().stream()
          .filter(mutant -> !mutant.family().equals(ALONE))
          .sorted(Comparator.comparing(mutant -> !mutant.family().equals(WAITING)))
          .forEach(mutant -> running.put(mutant, threads.submit(() -> run(mutant))));
      for (Map.Entry<Mutant, Future<MutantRun>> run : running.entrySet()) {
        RUNS.put(run.getKey(), run.getValue().get());
      }
    } finally {
      threads.shutdownNow();
    }
    for (Mutant mutant : chosen()) {
      if (mutant.family().equals(ALONE)) {
        RUNS.put(mutant, run(mutant));
      }
    }
    MutantReport.of(RUNS, unbroken).write();
  }

  private static List<Mutant> chosen() {
    return Mutants.ALL.stream().filter(mutant -> isChosen(mutant.family())).toList();
  }

  private static boolean isChosen(String family) {
    return FAMILIES.isEmpty() || List.of(FAMILIES.split(",")).contains(family);
  }

  private static MutantRun run(Mutant mutant) {
    return MutantRun.of(mutant.fixture(), MATRIX ? "" : mutant.family());
  }

  @Test
  void nothingIsFoundInTheUnbrokenReference() {
    assertEquals(Map.of(), unbroken.failed());
    assertEquals(List.of(), unbroken.otherFailures());
    assertFalse(unbroken.ran().isEmpty());
  }

  @Test
  void nothingIsFoundInTheReferenceThatCanBeDisturbed() {
    List<String> families = Stream.of("AHEAD", "TRIGGER").filter(MutantsIT::isChosen).toList();
    assumeFalse(families.isEmpty(), "other families were left out");
    for (String family : families) {
      MutantRun run = MutantRun.of(() -> new DisturbedFixture(UnaryOperator.identity()), family);

      assertEquals(Map.of(), run.failed());
      assertEquals(List.of(), run.otherFailures());
    }
  }

  @Test
  void nothingIsFoundInTheInboxesThatMutantsBreak() {
    for (String family : List.of("INBOX", "RUN")) {
      if (isChosen(family)) {
        MutantRun run = MutantRun.of(InboxMutants::unbroken, family);

        assertEquals(Map.of(), run.failed());
        assertEquals(List.of(), run.otherFailures());
      }
    }
  }

  @Test
  void nothingIsFoundInTheStreamsThatMutantsBreak() {
    for (String family : List.of("STREAM", "ORDER", "READ")) {
      if (isChosen(family)) {
        MutantRun run = MutantRun.of(FlowMutants::unbroken, family);

        assertEquals(Map.of(), run.failed());
        assertEquals(List.of(), run.otherFailures());
      }
    }
  }

  @Test
  void nothingIsFoundWhereTurnsAheadAreNotDeclared() {
    assumeTrue(isChosen("AHEAD"), "other families were left out");
    for (Set<Feature> features : List.of(Set.<Feature>of(), Set.of(Feature.EAGER_DISPATCH))) {
      MutantRun run = MutantRun.of(() -> new DecliningFixture(features), "AHEAD");

      assertEquals(Map.of(), run.failed());
      assertEquals(List.of(), run.otherFailures());
      assertTrue(run.ran().contains("AHEAD-01"));
    }
  }

  @Test
  void nothingIsFoundWhereTagsAndSessionsAreNotDeclared() {
    for (String family : List.of("TAG", "SESSION")) {
      if (!isChosen(family)) {
        continue;
      }
      for (Set<Feature> features :
          List.of(Set.<Feature>of(), Set.of(Feature.TAGS), Set.of(Feature.SESSIONS))) {
        MutantRun run = MutantRun.of(() -> new DecliningFixture(features), family);

        assertEquals(Map.of(), run.failed());
        assertEquals(List.of(), run.otherFailures());
        assertTrue(run.ran().contains(family + "-01"));
      }
    }
  }

  @Test
  void nothingIsFoundWhereNothingIsDeclared() {
    List<String> families =
        Stream.of(
                "FETCH",
                "SPI",
                "VERSION",
                "STATUS",
                "KV",
                "LEASE",
                "INBOX",
                "RUN",
                "STEP",
                "TRIGGER",
                "AUDIT",
                "STREAM",
                "SNAPSHOT",
                "PROJECTION")
            .filter(MutantsIT::isChosen)
            .toList();
    for (String family : families) {
      MutantRun run = MutantRun.of(() -> new DecliningFixture(Set.of()), family);

      assertEquals(Map.of(), run.failed());
      assertEquals(List.of(), run.otherFailures());
      assertFalse(run.ran().isEmpty());
    }
  }

  @Test
  void namesAreUnique() {
    List<String> names = Mutants.ALL.stream().map(Mutant::name).toList();

    assertEquals(names.size(), Set.copyOf(names).size());
  }

  @TestFactory
  Stream<DynamicTest> isKilledByItsFamily() {
    return RUNS.entrySet().stream()
        .map(run ->
            DynamicTest.dynamicTest(
                run.getKey().toString(), () -> expectKilled(run.getKey(), run.getValue())));
  }

  private static void expectKilled(Mutant mutant, MutantRun run) {
    assertFalse(
        MutantReport.killersOfItsFamily(mutant, run).isEmpty(),
        () -> mutant.what() + " Nobody noticed. Besides: " + run.otherFailures());
  }

  @Test
  void rulesWithoutAMutantHaveAReason() {
    assumeTrue(FAMILIES.isEmpty(), "other families were left out");
    List<String> wrong = new ArrayList<>();
    Map<String, String> reasons = RulesWithoutMutant.reasons();
    Set<String> silent = new TreeSet<>(unbroken.ran());
    silent.removeAll(MutantReport.killers(RUNS));
    silent.removeAll(RulesWithoutMutant.killingOnSqlite());
    for (String rule : silent) {
      if (!reasons.containsKey(rule)) {
        wrong.add(rule + " kills no mutant, and nothing says why");
      }
    }
    for (String rule : reasons.keySet()) {
      if (!silent.contains(rule)) {
        wrong.add(rule + " has a reason, but kills a mutant or has no test");
      }
      if (!RulesWithoutMutant.isInTheSpec(rule)) {
        wrong.add(rule + " has a reason, but is not in the specification");
      }
    }
    assertEquals(List.of(), wrong);
  }
}
