// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.guide.Orders.Command.Add;
import dev.holdfast.streams.guide.Orders.Command.Pay;
import dev.holdfast.streams.guide.Orders.Event.ItemAdded;
import dev.holdfast.streams.guide.Orders.Event.Paid;
import java.util.List;

/** Orders: what can happen to one, what it can be asked for, and what follows. */
final class Orders {

  /** What has happened. A record for each fact, in the past tense. */
  sealed interface Event {
    record ItemAdded(String item, long cents) implements Event {}

    record Paid(long cents) implements Event {}
  }

  /** What can be asked for. */
  sealed interface Command {
    record Add(String item, long cents) implements Command {}

    record Pay() implements Command {}
  }

  /** What follows from the events. */
  record Order(int items, long cents, boolean paid) {}

  static final Aggregate<Order, Command, Event> ORDER =
      Aggregate.builder("order", Order.class, Command.class, Event.class)
          .initial(new Order(0, 0, false))
          .decide(Orders::decide)
          .evolve(Orders::evolve)
          .isComplete(Order::paid)
          .build();

  private Orders() {}

  /** Which events follow from a command: the rules of the business. */
  private static List<Event> decide(Order order, Command command) {
    if (order.paid()) {
      throw new IllegalStateException("the order is paid");
    }
    return switch (command) {
      case Add(String item, long cents) -> List.of(new ItemAdded(item, cents));
      case Pay() -> List.of(new Paid(order.cents()));
    };
  }

  /** What an event makes of the state. It has happened, so nothing is refused here. */
  private static Order evolve(Order order, Event event) {
    return switch (event) {
      case ItemAdded(String item, long cents) ->
          new Order(order.items() + 1, order.cents() + cents, false);
      case Paid(long cents) -> new Order(order.items(), order.cents(), true);
    };
  }
}
