// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import java.util.List;
import java.util.Optional;

/** The goals, as ratios, for full sizes as for small ones. */
public final class Goals {

  private record Entry(String provider, String scenario, String cases, Goal goal) {}

  private static final List<Entry> ALL =
      List.of(
          new Entry("postgres", "calls", "1 caller", Goal.atLeast(0.09)),
          new Entry("postgres", "calls", "4 callers", Goal.atLeast(0.05)),
          new Entry("postgres", "calls", "256 callers", Goal.atLeast(0.30)),
          new Entry("postgres", "batches", "4 × 32", Goal.atLeast(0.33)),
          // Cases of growth are named after their size, which differs.
          new Entry("postgres", "growth", ".* future timers", Goal.atLeast(0.9)),
          new Entry("postgres", "growth", ".* history rows", Goal.atLeast(0.9)),
          new Entry("postgres", "growth", ".* snapshot held", Goal.atLeast(0.5)),
          new Entry("postgres", "streams", "append, 1 caller", Goal.atLeast(0.5)),
          new Entry("postgres", "streams", "append, 64 callers", Goal.atLeast(0.8)),
          new Entry("postgres", "streams", "log read", Goal.atLeast(1)),
          new Entry("postgres", "streams", "delivery elsewhere, idle", Goal.atMost(3)),
          new Entry("postgres", "streams-growth", ".*", Goal.atLeast(0.9)),
          new Entry("postgres", "runtime-one", ".*", Goal.atLeast(0.20)),
          new Entry("postgres", "runtime-five", ".*", Goal.atLeast(0.09)),
          new Entry("postgres", "runtime-latency", ".*", Goal.atMost(6)),
          new Entry("sqlite", "calls", "1 caller", Goal.atLeast(0.08)),
          new Entry("sqlite", "calls", "16 callers", Goal.atLeast(0.30)),
          new Entry("sqlite", "calls", "64 callers", Goal.atLeast(0.50)),
          new Entry("sqlite", "streams", "append, 1 caller", Goal.atLeast(0.5)),
          new Entry("sqlite", "streams", "append, 64 callers", Goal.atLeast(1)),
          new Entry("sqlite", "streams", "log read", Goal.atLeast(1)),
          new Entry("sqlite", "streams-growth", ".*", Goal.atLeast(0.9)),
          new Entry("sqlite", "runtime-one", ".*", Goal.atLeast(0.25)));

  private Goals() {}

  /** The goal of a case, if it has one. */
  public static Optional<Goal> of(String provider, String scenario, String caseName) {
    return ALL.stream()
        .filter(entry ->
            entry.provider().equals(provider)
                && entry.scenario().equals(scenario)
                && caseName.matches(entry.cases()))
        .map(Entry::goal)
        .findFirst();
  }
}
