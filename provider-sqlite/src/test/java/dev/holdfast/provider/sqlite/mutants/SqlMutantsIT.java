// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.tck.Rule;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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

/** The kit notices every mutant of this provider's SQL, and nothing in the right one. */
class SqlMutantsIT {

  @TestFactory
  Stream<DynamicTest> isKilledByItsFamily() {
    return SqlMutants.ALL.stream()
        .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> expectKilled(mutant)));
  }

  private static void expectKilled(SqlMutant mutant) {
    ChangedClasses classes = new ChangedClasses(mutant.className(), mutant.changes());

    Set<String> killers = failedRules(classes, mutant.rules());

    assertTrue(
        killers.stream().anyMatch(rule -> rule.startsWith(mutant.family() + "-")),
        () -> mutant.what() + " Nobody noticed.");
  }

  @Test
  void nothingIsFoundInTheRightProvider() {
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
            if (result.getStatus() == Status.FAILED) {
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
