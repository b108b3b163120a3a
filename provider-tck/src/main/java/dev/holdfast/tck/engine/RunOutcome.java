// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.engine;

import dev.holdfast.tck.report.Report;
import dev.holdfast.tck.report.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param report the report, empty when the run ended before its first test
 * @param problems what failed outside of tests
 * @param providerFailed whether the provider failed before the first rule
 */
public record RunOutcome(Optional<Report> report, List<String> problems, boolean providerFailed) {

  /** Copies the list. */
  public RunOutcome {
    problems = List.copyOf(problems);
  }

  /**
   * The verdict: violated when the provider failed before the first rule, and otherwise that of the
   * report, unless something failed that the report does not know.
   *
   * @return the verdict
   */
  public Verdict verdict() {
    if (providerFailed) {
      return Verdict.VIOLATED;
    }
    Verdict found = report.map(Report::verdict).orElse(Verdict.MISCONFIGURED);
    boolean sound = found == Verdict.CONFORMANT || found == Verdict.PARTIAL;
    return sound && !problems.isEmpty() ? Verdict.MISCONFIGURED : found;
  }
}
