// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.tck.ProviderTck;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of rules inside a test, and what came of it. */
final class KitRun implements TestExecutionListener {

  /** One test of a rule, and how it ended. */
  record Ended(String ruleId, String displayName, TestExecutionResult result) {}

  private final List<Ended> ended = new CopyOnWriteArrayList<>();
  private final List<Throwable> otherFailures = new CopyOnWriteArrayList<>();

  private KitRun() {}

  /** Runs a suite class, or all rule classes, with configuration parameters. */
  static KitRun of(Class<?> suiteOrRules, Map<String, String> parameters) {
    KitRun run = new KitRun();
    Map<String, String> all = new HashMap<>(parameters);
    all.putIfAbsent("tck.report", "none");
    all.putIfAbsent("tck.accept", "not-measured");
    DiscoverySelector selector = DiscoverySelectors.selectClass(suiteOrRules);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selector)
            .configurationParameters(all)
            .build();
    LauncherFactory.create().execute(request, run);
    return run;
  }

  /** Runs the whole kit on a fixture. */
  static KitRun onFixture(Class<?> fixture) {
    return of(AllRules.class, Map.of("tck.fixture", fixture.getName()));
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Optional<Rule> rule =
        test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(source -> ((MethodSource) source).getJavaMethod().getAnnotation(Rule.class));
    if (rule.isPresent()) {
      ended.add(new Ended(rule.get().value(), test.getDisplayName(), result));
    } else {
      result.getThrowable().ifPresent(otherFailures::add);
    }
  }

  /** All tests of rules that ended. */
  List<Ended> ended() {
    return ended;
  }

  /** Those that ended in one way. */
  List<Ended> ended(Status status) {
    return ended.stream().filter(one -> one.result().getStatus() == status).toList();
  }

  /** What failed outside of tests: classes, engines. */
  List<Throwable> otherFailures() {
    return otherFailures;
  }

  /** The rules with a test that found a violation, also where that does not fail the run. */
  Set<String> violated() {
    Set<String> rules = new TreeSet<>();
    for (Ended one : ended) {
      boolean reported =
          one.result().getThrowable().filter(ReportedViolation.class::isInstance).isPresent();
      if (reported || one.result().getStatus() == Status.FAILED) {
        rules.add(one.ruleId());
      }
    }
    return rules;
  }

  /** The suite that the kit's users extend, as a class that can be run by name. */
  static final class AllRules extends ProviderTck {}
}
