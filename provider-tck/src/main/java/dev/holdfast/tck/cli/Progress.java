// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.RuleViolation;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Prints each rule that does not hold as soon as it is known. Thread-safe. */
final class Progress implements TestExecutionListener {

  private final PrintWriter out;
  private final Set<String> told = new HashSet<>();

  Progress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (!test.isTest()) {
      return;
    }
    Throwable thrown = result.getThrowable().orElse(null);
    if (thrown instanceof ReportedViolation || thrown instanceof RuleViolation) {
      out.println(thrown.getMessage());
    } else if (problem(thrown) instanceof FixtureProblem problem) {
      out.println(test.getDisplayName() + "\n  " + text(problem));
    } else if (thrown != null && result.getStatus() == TestExecutionResult.Status.FAILED) {
      out.println(test.getDisplayName() + "\n  " + thrown);
    } else {
      return;
    }
    out.println();
    out.flush();
  }

  /** The problem of a fixture, from under what the platform wraps around it. */
  private static @Nullable FixtureProblem problem(@Nullable Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof FixtureProblem problem) {
        return problem;
      }
    }
    return null;
  }

  /** A fixture may fail in each of many rules. */
  private String text(FixtureProblem problem) {
    return told.add(problem.kind())
        ? problem.details()
        : "The fixture failed as before: " + problem.kind();
  }
}
