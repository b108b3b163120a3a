// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.RuleViolation;
import java.io.PrintWriter;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Prints each rule that does not hold as soon as it is known. Thread-safe. */
final class Progress implements TestExecutionListener {

  private final PrintWriter out;

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
    } else if (thrown != null && result.getStatus() == TestExecutionResult.Status.FAILED) {
      out.println(test.getDisplayName() + "\n  " + thrown);
    } else {
      return;
    }
    out.println();
    out.flush();
  }
}
