// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Executed;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.guide.Orders.Command;
import dev.holdfast.streams.guide.Orders.Command.Add;
import dev.holdfast.streams.guide.Orders.Command.Pay;
import dev.holdfast.streams.guide.Orders.Event;
import dev.holdfast.streams.guide.Orders.Event.ItemAdded;
import dev.holdfast.streams.guide.Orders.Event.Paid;
import dev.holdfast.streams.guide.Orders.Order;
import dev.holdfast.streams.projection.ProjectedEvent;
import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.ProjectionRunner;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.Row;
import dev.holdfast.streams.projection.Rows;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** How often each item was ordered: rows over all orders. */
final class Sales {

  /** A row. */
  record Item(int ordered, long cents) {}

  static final Projection<Event, Item> SALES =
      Projection.builder("sales", Event.class, Item.class)
          .categories("order")
          .handler(Sales::changes);

  private Sales() {}

  /** What an event makes of the rows. It may run again, and then has to say the same. */
  private static List<Row<Item>> changes(ProjectedEvent<Event> event, Rows<Item> rows) {
    return switch (event.data()) {
      case ItemAdded(String item, long cents) -> {
        Item before = rows.get(item).orElse(new Item(0, 0));
        yield List.of(Row.put(item, new Item(before.ordered() + 1, before.cents() + cents)));
      }
      case Paid paid -> List.of();
    };
  }

  static void run(EventSourcing events, PrintStream out) throws Exception {
    Repository<Order, Command, Event> orders = events.repository(Orders.ORDER);
    Projector<Event, Item> sales = Projector.on(events, SALES);
    try (ProjectionRunner runner = sales.start()) {
      orders.execute("21", new Add("pencil", 200));
      orders.execute("22", new Add("pencil", 200));
      Executed<Order, Event> paid = orders.execute("22", new Pay());

      // Rows follow behind the log. Who has appended can wait for its own events.
      sales.await(paid.appended().lastPosition(), Duration.ofMinutes(1));
      out.println(sales.row("pencil").orElseThrow());
      out.println("well: " + (runner.isWell() && sales.health().isWell()));
    }

    // The rows are what the log says, and can be made anew from it.
    out.println("differences: " + sales.verify().differences().size());
    out.println("now live: generation " + sales.rebuild().generation());
    // The pen of order 17 was invalidated, and is in no row.
    out.println(sales.rows().keySet());
  }
}
