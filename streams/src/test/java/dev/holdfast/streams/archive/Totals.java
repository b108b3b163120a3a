// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.AccountEvent.Closed;
import dev.holdfast.streams.AccountEvent.Deposited;
import dev.holdfast.streams.AccountEvent.Opened;
import dev.holdfast.streams.AccountEvent.Withdrawn;
import dev.holdfast.streams.projection.FailurePolicy;
import dev.holdfast.streams.projection.ProjectedEvent;
import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Row;
import dev.holdfast.streams.projection.Rows;
import java.time.Duration;
import java.util.List;

/** What was moved on an account, and the last movement: rows that depend on the order. */
record Totals(long cents, long last) {

  /** A movement that no row can take. */
  static final long POISON = 1_313;

  private static final Totals NONE = new Totals(0, 0);

  /** Parks what it cannot handle. */
  static Projection<AccountEvent, Totals> of(String category) {
    return Projection.builder(category, AccountEvent.class, Totals.class)
        .categories(category)
        .onFailure(FailurePolicy.park().withAttempts(1).withBackoff(Duration.ZERO, Duration.ZERO))
        .handler(Totals::changes);
  }

  private static List<Row<Totals>> changes(ProjectedEvent<AccountEvent> event, Rows<Totals> rows) {
    long moved =
        switch (event.data()) {
          case Opened opened -> 0;
          case Deposited(long cents) -> cents;
          case Withdrawn(long cents) -> -cents;
          case Closed closed -> 0;
        };
    if (moved == POISON) {
      throw new IllegalStateException("poison");
    }
    Totals one = rows.get(event.stream().id()).orElse(NONE);
    Totals all = rows.get("all").orElse(NONE);
    return List.of(
        Row.put(event.stream().id(), new Totals(one.cents() + moved, moved)),
        Row.put("all", new Totals(all.cents() + moved, moved)));
  }
}
