// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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
 * The kit notices every mutant of this provider's SQL, and nothing in the right one. The system
 * property {@code mutants.name} leaves out all mutants but some, and the right provider.
 */
class SqlMutantsIT {

  private static final Path REPORT = Path.of("target", "conformance", "mutants.json");
  private static final Map<SqlMutant, Set<String>> KILLERS = new LinkedHashMap<>();

  @AfterAll
  static void writeReport() throws IOException {
    List<Map<String, Object>> matrix = new ArrayList<>();
    KILLERS.forEach((mutant, killers) -> {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", mutant.name());
      row.put("family", mutant.family());
      row.put("what", mutant.what());
      row.put("class", mutant.className());
      row.put("killedBy", killers);
      matrix.add(row);
    });
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("mutants", SqlMutants.ALL.size());
    report.put("killed", KILLERS.values().stream().filter(killers -> !killers.isEmpty()).count());
    report.put("matrix", matrix);
    Files.createDirectories(REPORT.getParent());
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(REPORT, json.writeValueAsString(report));
  }

  /** Names of mutants, separated by commas, where only those are to be tried. */
  private static final String NAMES = System.getProperty("mutants.name", "");

  @TestFactory
  Stream<DynamicTest> isKilledByItsFamily() {
    return SqlMutants.ALL.stream()
        .filter(mutant -> NAMES.isEmpty() || List.of(NAMES.split(",")).contains(mutant.name()))
        .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> expectKilled(mutant)));
  }

  private static void expectKilled(SqlMutant mutant) {
    ChangedClasses classes = new ChangedClasses(mutant.className(), mutant.changes());

    Set<String> killers = failedRules(classes, mutant.rules());
    KILLERS.put(mutant, killers);

    assertTrue(
        killers.stream().anyMatch(rule -> rule.startsWith(mutant.family() + "-")),
        () -> mutant.what() + " Nobody noticed.");
  }

  @Test
  void nothingIsFoundInTheRightProvider() {
    assumeTrue(NAMES.isEmpty(), "other mutants were left out");
    String rules =
        SqlMutants.ALL.stream()
            .flatMap(mutant -> Arrays.stream(mutant.rules().split(",")))
            .distinct()
            .collect(Collectors.joining(","));

    assertEquals(Set.of(), failedRules(new ChangedClasses("queue.InstanceTable", Map.of()), rules));
  }

  private static Set<String> failedRules(ChangedClasses classes, String rules) {
    Set<String> failed = ConcurrentHashMap.newKeySet();
    TestExecutionListener listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            boolean reported =
                result.getThrowable().filter(ReportedViolation.class::isInstance).isPresent();
            if (result.getStatus() == Status.FAILED || reported) {
              failed.add(ruleOf(test));
            }
          }
        };
    SqlMutantFixture.during(
        classes.factory(),
        () ->
            LauncherFactory.create()
                .execute(
                    LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectPackage("dev.holdfast.tck.rules"))
                        .filters(ClassNameFilter.includeClassNamePatterns(".*Rules"))
                        .configurationParameter("tck.fixture", SqlMutantFixture.class.getName())
                        .configurationParameter("tck.seed", "20260101")
                        .configurationParameter("tck.rules", rules)
                        .build(),
                    listener));
    return new TreeSet<>(failed);
  }

  private static String ruleOf(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class))
        .map(Rule::value)
        .orElse(test.getDisplayName());
  }
}
