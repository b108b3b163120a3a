// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

/**
 * The kit notices stores whose SQL is broken, and nothing in the right one. The system property
 * {@code mutants.times} says how often each has to be noticed, with other random numbers every
 * time, and {@code mutants.name} which ones alone.
 */
class SqlMutantsIT {

  private static final int TIMES = Integer.getInteger("mutants.times", 1);
  private static final String NAMES = System.getProperty("mutants.name", "");

  @TestFactory
  Stream<DynamicTest> isKilledByItsRules() {
    return SqlMutant.ALL.stream()
        .filter(mutant -> NAMES.isEmpty() || List.of(NAMES.split(",")).contains(mutant.name()))
        .flatMap(mutant ->
            IntStream.range(0, TIMES)
                .mapToObj(time ->
                    DynamicTest.dynamicTest(
                        mutant + " " + time,
                        () ->
                            assertThat(noticing(mutant.changes(), mutant.rules(), time))
                                .as(mutant.what())
                                .containsAll(List.of(mutant.rules().split(","))))));
  }

  @Test
  void nothingIsFoundInTheRightStore() {
    assumeTrue(NAMES.isEmpty(), "other mutants were left out");
    String rules =
        SqlMutant.ALL.stream()
            .flatMap(mutant -> Arrays.stream(mutant.rules().split(",")))
            .distinct()
            .collect(Collectors.joining(","));

    assertThat(noticing(List.of(), rules, 0)).isEmpty();
  }

  private static Set<String> noticing(List<SqlChange> changes, String rules, int time) {
    Set<String> noticing = ConcurrentHashMap.newKeySet();
    TestExecutionListener listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Throwable thrown = result.getThrowable().orElse(null);
            boolean failed =
                result.getStatus() == Status.FAILED && !(thrown instanceof FixtureProblem);
            if (failed || thrown instanceof ReportedViolation) {
              noticing.add(ruleOf(test));
            }
          }
        };
    SqlMutantFixture.during(
        changes,
        () ->
            LauncherFactory.create()
                .execute(
                    LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectPackage("dev.holdfast.tck.rules"))
                        .filters(ClassNameFilter.includeClassNamePatterns(".*Rules"))
                        .configurationParameter("tck.fixture", SqlMutantFixture.class.getName())
                        // The fixture is that of this thread.
                        .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                        .configurationParameter("tck.seed", String.valueOf(20260101 + time))
                        .configurationParameter("tck.rules", rules)
                        .build(),
                    listener));
    return new TreeSet<>(noticing);
  }

  private static String ruleOf(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class))
        .map(Rule::value)
        .orElse(test.getDisplayName());
  }
}
