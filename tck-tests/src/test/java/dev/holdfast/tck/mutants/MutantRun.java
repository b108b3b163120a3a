// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.junit.RuleTests;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of rules on one fixture, and which of them failed. */
final class MutantRun implements TestExecutionListener {

  /** Every run draws the same random numbers. */
  private static final String SEED = "20260101";

  private final Set<String> ran = ConcurrentHashMap.newKeySet();
  private final Map<String, String> failed = new ConcurrentHashMap<>();
  private final Set<String> reported = ConcurrentHashMap.newKeySet();
  private final List<String> otherFailures = Collections.synchronizedList(new ArrayList<>());

  private Duration took = Duration.ZERO;

  private MutantRun() {}

  /**
   * Runs rules.
   *
   * @param fixture makes the fixture
   * @param rules ids or families, empty for all
   */
  static MutantRun of(Supplier<TckFixture> fixture, String rules) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("tck.fixture", MutantFixture.class.getName());
    parameters.put("tck.seed", SEED);
    if (!rules.isEmpty()) {
      parameters.put("tck.rules", rules);
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(classesOf(rules))
            .configurationParameters(parameters)
            .build();
    MutantRun run = new MutantRun();
    long start = System.nanoTime();
    MutantFixture.during(fixture, () -> LauncherFactory.create().execute(request, run));
    run.took = Duration.ofNanos(System.nanoTime() - start);
    return run;
  }

  /** Without the others: to find and to skip a thousand tests takes longer than most families. */
  private static List<ClassSelector> classesOf(String rules) {
    List<String> wanted = List.of(rules.split(","));
    return RuleTests.all().entrySet().stream()
        .filter(
            rule -> rules.isEmpty() || wanted.stream().anyMatch(one -> isOf(one, rule.getKey())))
        .flatMap(rule -> rule.getValue().stream())
        .map(Method::getDeclaringClass)
        .distinct()
        .sorted(Comparator.comparing(Class::getName))
        .map(DiscoverySelectors::selectClass)
        .toList();
  }

  private static boolean isOf(String wanted, String rule) {
    return rule.equals(wanted) || rule.startsWith(wanted + "-");
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Optional<String> rule = rule(test);
    String text = result.getThrowable().map(String::valueOf).orElse("");
    if (rule.isEmpty()) {
      result.getThrowable().ifPresent(thrown -> otherFailures.add(text));
      return;
    }
    ran.add(rule.get());
    if (result.getThrowable().filter(ReportedViolation.class::isInstance).isPresent()) {
      reported.add(rule.get());
    }
    if (result.getStatus() == Status.FAILED) {
      if (result.getThrowable().filter(FixtureProblem.class::isInstance).isPresent()) {
        otherFailures.add(text);
        if (!rule.get().startsWith("FIX-")) {
          return;
        }
      }
      failed.put(rule.get(), text);
    }
  }

  private static Optional<String> rule(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class))
        .map(Rule::value);
  }

  /** The rules that ran, be it that they were not measured. */
  Set<String> ran() {
    return new TreeSet<>(ran);
  }

  /** The rules that failed, each with what it said. */
  Map<String, String> failed() {
    return new TreeMap<>(failed);
  }

  /** The rules that noticed something: those that failed, and those that only report. */
  Set<String> noticed() {
    Set<String> rules = new TreeSet<>(failed.keySet());
    rules.addAll(reported);
    return rules;
  }

  /** How long it took. */
  Duration took() {
    return took;
  }

  /** What failed besides: classes, engines, the fixture. */
  List<String> otherFailures() {
    return List.copyOf(otherFailures);
  }
}
