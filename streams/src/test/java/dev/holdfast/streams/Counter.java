// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import java.util.List;

/** A number that only grows: the smallest aggregate. */
public record Counter(long value) {

  /** It has grown. */
  public record Added(long by) {}

  /** Counters of one category; a command is what is added, 0 does nothing. */
  public static Aggregate<Counter, Long, Added> aggregate(String category) {
    return builder(category).build();
  }

  /** Counters of one category, to be changed. */
  public static Aggregate.Builder<Counter, Long, Added> builder(String category) {
    return Aggregate.builder(category, Counter.class, Long.class, Added.class)
        .initial(new Counter(0))
        .decide((state, by) -> by == 0 ? List.of() : List.of(new Added(by)))
        .evolve((state, event) -> new Counter(state.value() + event.by()));
  }
}
