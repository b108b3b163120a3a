// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.engine;

import static java.util.stream.Collectors.joining;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ProviderProblem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Collects what failed outside of tests: settings, fixture, classes, engines. Thread-safe. */
final class Failures implements TestExecutionListener {

  private final Set<String> problems = new LinkedHashSet<>();
  private boolean providerFailed;

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isContainer()) {
      result.getThrowable().ifPresent(this::note);
    }
  }

  /** Whether the provider failed before the first rule. */
  synchronized boolean hasProviderFailed() {
    return providerFailed;
  }

  synchronized List<String> problems() {
    return new ArrayList<>(problems);
  }

  /** The words of a problem of the fixture where there is one below, and all there is elsewhere. */
  private static String text(Throwable thrown) {
    return withCauses(thrown)
        .filter(FixtureProblem.class::isInstance)
        .findFirst()
        .map(problem -> ((FixtureProblem) problem).details())
        .or(() -> ofProvider(thrown).map(ProviderProblem::details))
        .orElseGet(() -> withCauses(thrown).map(Throwable::toString).collect(joining(": ")));
  }

  private void note(Throwable thrown) {
    problems.add(text(thrown));
    providerFailed |= ofProvider(thrown).isPresent();
  }

  private static Optional<ProviderProblem> ofProvider(Throwable thrown) {
    return withCauses(thrown)
        .filter(ProviderProblem.class::isInstance)
        .map(ProviderProblem.class::cast)
        .findFirst();
  }

  private static Stream<Throwable> withCauses(Throwable thrown) {
    Stream<Throwable> suppressed = Stream.of(thrown.getSuppressed()).flatMap(Failures::withCauses);
    Throwable cause = thrown.getCause();
    Stream<Throwable> below =
        cause == null ? suppressed : Stream.concat(suppressed, withCauses(cause));
    return Stream.concat(Stream.of(thrown), below);
  }
}
