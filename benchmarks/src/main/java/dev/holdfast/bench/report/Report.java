// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import java.util.List;
import java.util.Objects;

/**
 * All that one run measured. Its components are the fields of the JSON report.
 *
 * @param provider the provider
 * @param date the day, as 2026-01-31
 * @param quick whether sizes and times were small
 * @param rounds how many rounds
 * @param seconds how long each measurement counted
 * @param scale which part of the full size stores were filled to
 * @param threads on which threads callers ran
 * @param machine where
 * @param results what was measured
 * @param failures what could not be
 * @param undeclared what needs a feature that the provider does not declare
 */
public record Report(
    String provider,
    String date,
    boolean quick,
    int rounds,
    double seconds,
    double scale,
    String threads,
    Machine machine,
    List<Result> results,
    List<Failed> failures,
    List<Failed> undeclared) {

  /** A report of before there were cases that need a feature has none. */
  public Report {
    undeclared = Objects.requireNonNullElse(undeclared, List.of());
  }
}
