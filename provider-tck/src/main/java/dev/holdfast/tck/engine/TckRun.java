// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.engine;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import dev.holdfast.tck.junit.FixtureRulesFirst;
import dev.holdfast.tck.junit.ReportSink;
import dev.holdfast.tck.junit.RuleTests;
import dev.holdfast.tck.junit.RunSettings;
import dev.holdfast.tck.report.Report;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the rule classes on the JUnit Platform, as the suite does: the same extension finds the
 * fixture, runs the rules and concludes. Stateless.
 */
public final class TckRun {

  private TckRun() {}

  /**
   * Runs the rules.
   *
   * @param parameters what {@link dev.holdfast.tck.junit.RunSettings} names
   * @param listener hears of every test
   * @return what came of it
   */
  public static RunOutcome execute(Map<String, String> parameters, TestExecutionListener listener) {
    return execute(parameters, listener, line -> {});
  }

  /**
   * Runs the rules.
   *
   * @param parameters what {@link dev.holdfast.tck.junit.RunSettings} names
   * @param listener hears of every test
   * @param console takes a line for each family that has ended
   * @return what came of it
   */
  public static RunOutcome execute(
      Map<String, String> parameters, TestExecutionListener listener, Consumer<String> console) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectPackage(RuleTests.PACKAGE))
            .filters(
                ClassNameFilter.includeClassNamePatterns(RuleTests.CLASS_NAMES),
                EngineFilter.includeEngines("junit-jupiter"))
            .configurationParameter(
                "junit.jupiter.testclass.order.default", FixtureRulesFirst.class.getName())
            .configurationParameters(parameters)
            // A rule that is asked to go on for long has no time at which it hangs.
            .configurationParameter(
                "junit.jupiter.execution.timeout.mode",
                parameters.containsKey(RunSettings.SOAK) ? "disabled" : "enabled")
            .build();
    AtomicReference<Report> report = new AtomicReference<>();
    Failures failures = new Failures();
    try (LauncherSession session = LauncherFactory.openSession()) {
      ReportSink.put(session, new Sink(report, console));
      session.getLauncher().execute(request, failures, listener);
    }
    return new RunOutcome(
        Optional.ofNullable(report.get()), failures.problems(), failures.hasProviderFailed());
  }

  /** Keeps the report and passes lines on. */
  private record Sink(AtomicReference<Report> report, Consumer<String> console)
      implements ReportSink {
    @Override
    public void accept(Report finished) {
      report.set(finished);
    }

    @Override
    public void tell(String line) {
      console.accept(line);
    }
  }
}
