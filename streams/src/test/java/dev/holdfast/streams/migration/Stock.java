// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.RowTable;
import dev.holdfast.streams.queue.QueuedAggregate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is in stock: how often something came, and how much of it. */
record Stock(boolean isListed, long times, long amount) {

  /** Nobody asks for anything; what happens is written. */
  record Command() {}

  /** What can happen. */
  sealed interface Event {
    /** More came. */
    record Added(long amount) implements Event {}

    /** It was so when the old table was read. */
    record Counted(long times, long amount) implements Event {}

    /** It is not listed any more. */
    record Delisted() implements Event {}
  }

  static QueuedAggregate<Stock, Command, Event> in(String category) {
    return QueuedAggregate.of(
        Aggregate.builder(category, Stock.class, Command.class, Event.class)
            .initial(new Stock(false, 0, 0))
            .decide((stock, command) -> List.of())
            .evolve(Stock::evolve)
            .build(),
        Command.class);
  }

  private static Stock evolve(Stock stock, Event event) {
    return switch (event) {
      case Event.Added(long more) -> new Stock(true, stock.times() + 1, stock.amount() + more);
      case Event.Counted(long times, long amount) -> new Stock(true, times, amount);
      case Event.Delisted() -> new Stock(false, 0, 0);
    };
  }

  private static Event event(String id, StockTable.@Nullable Row row) {
    return row == null ? new Event.Delisted() : new Event.Counted(row.times(), row.amount());
  }

  private StockTable.@Nullable Row row() {
    return isListed ? new StockTable.Row(times, amount) : null;
  }

  static Migration<Event, StockTable.Row> migration(
      EventSourcing events,
      String name,
      OldTable<StockTable.Row> table,
      RowTable.Connections connections) {
    return Migration.builder(name, events, in(name), table, connections)
        .row(Stock::row)
        .imports(Stock::event)
        .build();
  }
}
