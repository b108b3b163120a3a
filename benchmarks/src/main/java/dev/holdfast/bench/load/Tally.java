// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Row;
import java.util.List;

/** The smallest application of events: what is counted, and a row for each that counts. */
final class Tally {

  static final String CATEGORY = "bench-tally";

  // With it the data of an event are as large as those of the other scenarios.
  private static final String NOTE = "n".repeat(150);

  /** So much was added. */
  record Added(long amount, String note) {}

  /** How much there is. */
  record Sum(long amount, long events) {}

  static final Aggregate<Sum, Long, Added> AGGREGATE =
      Aggregate.builder(CATEGORY, Sum.class, Long.class, Added.class)
          .initial(new Sum(0, 0))
          .decide((sum, amount) -> List.of(added(amount)))
          .evolve(Tally::plus)
          .build();

  static final Projection<Added, Sum> PROJECTION =
      Projection.builder("bench-sums", Added.class, Sum.class)
          .categories(CATEGORY)
          .handler((event, rows) -> {
            String key = event.stream().id();
            Sum before = rows.get(key).orElse(new Sum(0, 0));
            return List.of(Row.put(key, plus(before, event.data())));
          });

  private Tally() {}

  private static Added added(long amount) {
    return new Added(amount, NOTE);
  }

  /** The event of one. */
  static Added one() {
    return added(1);
  }

  private static Sum plus(Sum sum, Added added) {
    return new Sum(sum.amount() + added.amount(), sum.events() + 1);
  }
}
