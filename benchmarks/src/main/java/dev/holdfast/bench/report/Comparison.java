// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Two reports side by side: their ratios, which other machines and other hours change little. */
public final class Comparison {

  private record Key(String scenario, String name) {}

  private final Report a;
  private final Report b;

  private Comparison(Report a, Report b) {
    this.a = a;
    this.b = b;
  }

  /** The text, as Markdown. */
  public static String of(Report a, Report b) {
    return new Comparison(a, b).text();
  }

  private String text() {
    Table table = new Table("scenario", "case", "A", "B", "B / A");
    for (Key key : keys()) {
      Optional<Double> before = ratio(a, key);
      Optional<Double> after = ratio(b, key);
      table.row(
          key.scenario(),
          key.name(),
          before.map(Figures::of).orElse("-"),
          after.map(Figures::of).orElse("-"),
          before.isPresent() && after.isPresent() ? Figures.of(after.get() / before.get()) : "-");
    }
    return "A: %s\nB: %s\n\n".formatted(title(a), title(b)) + table;
  }

  private Set<Key> keys() {
    List<Result> all = new ArrayList<>(a.results());
    all.addAll(b.results());
    Set<Key> keys = new LinkedHashSet<>();
    all.forEach(result -> keys.add(new Key(result.scenario(), result.name())));
    return keys;
  }

  private static Optional<Double> ratio(Report report, Key key) {
    return report.results().stream()
        .filter(
            result -> result.scenario().equals(key.scenario()) && result.name().equals(key.name()))
        .map(Result::ratio)
        .findFirst();
  }

  private static String title(Report report) {
    return "%s, %s%s, %s, %s"
        .formatted(
            report.provider(),
            report.date(),
            report.quick() ? " (quick)" : "",
            report.machine().processor(),
            report.machine().store());
  }
}
