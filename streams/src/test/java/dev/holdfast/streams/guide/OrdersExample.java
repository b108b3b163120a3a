// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.guide.Orders.Command.Add;
import dev.holdfast.streams.guide.Orders.Command.Pay;
import dev.holdfast.streams.guide.Orders.Event.ItemAdded;
import dev.holdfast.streams.guide.Orders.Event.Paid;
import dev.holdfast.streams.guide.Orders.Order;
import dev.holdfast.streams.test.AggregateTest;

/** The rules, tested without a store. */
final class OrdersExample {

  private OrdersExample() {}

  static void whatWasAddedIsPaid() {
    AggregateTest.of(Orders.ORDER)
        .given(new ItemAdded("book", 1_200), new ItemAdded("pen", 300))
        .when(new Pay())
        .then(new Paid(1_500))
        .thenState(new Order(2, 1_500, true))
        .thenComplete()
        .when(new Add("lamp", 4_000))
        .thenRefused(IllegalStateException.class);
  }
}
