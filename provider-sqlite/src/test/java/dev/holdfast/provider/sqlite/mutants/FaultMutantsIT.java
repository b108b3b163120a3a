// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.provider.sqlite.SqliteFixture;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.fixture.TckFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The kit notices providers that treat the faults of their store wrongly or cost too much, by each
 * of the rules that are about it, and nothing in the right one. The system property {@code
 * mutants.name} leaves out all mutants but some, and the right provider.
 */
class FaultMutantsIT {
  private static final Path REPORT = Path.of("target", "conformance", "fault-mutants.json");

  /** The rules that {@code MutantsIT} of the kit leaves to this test. */
  private static final String RULES = "rules-with-mutant.txt";

  /** They compare times, which a busy machine may disturb in the right provider too. */
  private static final Set<String> TIMED = Set.of("PERF-05", "PERF-08", "PERF-09", "PERF-10");

  /** What the right provider is known not to do; a mutant has to make it worse. */
  private static final Set<String> SHOULD_AND_DOES_NOT = Set.of("PERF-01");

  /** Names of mutants, separated by commas, where only those are to be tried. */
  private static final String NAMES = System.getProperty("mutants.name", "");

  private static final List<FaultMutant> ALL =
      Stream.of(
              FaultMutants.ALL,
              StreamMutants.ALL,
              ProjectionMutants.ALL,
              CallersMutants.ALL,
              ChildMutants.ALL)
          .flatMap(List::stream)
          .toList();

  private static final Map<String, String> KNOWN = new HashMap<>();
  private static final Map<FaultMutant, Set<String>> NOTICED = new LinkedHashMap<>();

  @BeforeAll
  static void findWhatIsKnown() {
    KNOWN.putAll(found(SqliteFixture::new, String.join(",", SHOULD_AND_DOES_NOT)));
  }

  @AfterAll
  static void writeReport() throws IOException {
    List<Map<String, Object>> matrix = new ArrayList<>();
    NOTICED.forEach((mutant, rules) -> {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", mutant.name());
      row.put("what", mutant.what());
      row.put("rules", mutant.rules());
      row.put("killedBy", rules);
      matrix.add(row);
    });
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("mutants", ALL.size());
    report.put("killed", NOTICED.values().stream().filter(rules -> !rules.isEmpty()).count());
    report.put("matrix", matrix);
    Files.createDirectories(REPORT.getParent());
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(REPORT, json.writeValueAsString(report));
  }

  @TestFactory
  Stream<DynamicTest> isKilledByItsRules() {
    return ALL.stream()
        .filter(mutant -> NAMES.isEmpty() || List.of(NAMES.split(",")).contains(mutant.name()))
        .map(mutant ->
            DynamicTest.dynamicTest(
                mutant.toString(),
                () -> {
                  Set<String> noticed = new TreeSet<>();
                  found(mutant.fixture(), mutant.rules())
                      .forEach((rule, found) -> {
                        if (!found.equals(KNOWN.get(rule))) {
                          noticed.add(rule);
                        }
                      });
                  NOTICED.put(mutant, noticed);
                  assertThat(noticed).as(mutant.what()).containsAll(rulesOf(mutant));
                }));
  }

  @Test
  void nothingIsFoundInTheRightProvider() throws IOException {
    assumeTrue(NAMES.isEmpty(), "other mutants were left out");
    Set<String> rules = new TreeSet<>(listed());
    rules.removeAll(TIMED);

    assertThat(found(SqliteFixture::new, String.join(",", rules)).keySet())
        .isSubsetOf(SHOULD_AND_DOES_NOT);
  }

  @Test
  void theListHasTheRulesOfTheMutants() throws IOException {
    Set<String> rules = new TreeSet<>();
    ALL.forEach(mutant -> rules.addAll(rulesOf(mutant)));

    assertThat(listed()).containsExactlyElementsOf(rules);
  }

  private static Set<String> rulesOf(FaultMutant mutant) {
    return new TreeSet<>(Arrays.asList(mutant.rules().split(",")));
  }

  private static List<String> listed() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(FaultMutantsIT.class.getResourceAsStream(RULES), RULES)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .toList();
    }
  }

  /** What rules find, be it that they only report it. */
  private static Map<String, String> found(Supplier<TckFixture> fixture, String rules) {
    Map<String, String> found = new ConcurrentHashMap<>();
    TestExecutionListener listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Throwable thrown = result.getThrowable().orElse(null);
            boolean failed =
                result.getStatus() == Status.FAILED && !(thrown instanceof FixtureProblem);
            if (failed || thrown instanceof ReportedViolation) {
              found.put(ruleOf(test), text(thrown));
            }
          }
        };
    NamedFixture.during(
        fixture,
        () ->
            LauncherFactory.create()
                .execute(
                    LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectPackage("dev.holdfast.tck.rules"))
                        .filters(ClassNameFilter.includeClassNamePatterns(".*Rules"))
                        .configurationParameter("tck.fixture", NamedFixture.class.getName())
                        .configurationParameter("tck.seed", "20260101")
                        .configurationParameter("tck.rules", rules)
                        .build(),
                    listener));
    return found;
  }

  private static String text(@Nullable Throwable thrown) {
    return switch (thrown) {
      case ReportedViolation reported -> reported.violation().finding().toString();
      case RuleViolation violation -> violation.finding().toString();
      case null, default -> String.valueOf(thrown);
    };
  }

  private static String ruleOf(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class))
        .map(Rule::value)
        .orElse(test.getDisplayName());
  }
}
