// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import dev.holdfast.bench.measure.Latency;
import java.util.List;
import java.util.Map;

/** Reports that nobody measured. */
public final class Samples {

  private Samples() {}

  public static Result result(String scenario, String name, double ratio) {
    Goal goal = Goals.of("sqlite", scenario, name).orElse(null);
    return new Result(
        scenario,
        name,
        "orch/s",
        ratio * 1_000,
        "R",
        1_000,
        ratio,
        List.of(ratio * 0.9, ratio, ratio * 1.2),
        goal,
        goal == null ? null : goal.isMetBy(ratio),
        Map.of("enqueue", new Latency(10, 123.4, 567.8)),
        12_345.6);
  }

  public static Report report(Result... results) {
    return new Report(
        "sqlite",
        "2026-01-31",
        true,
        3,
        1,
        0.05,
        "auto",
        new Machine(2, "a processor", "an OS", "a JDK", "SQLite 3"),
        List.of(results),
        List.of(),
        List.of());
  }
}
