// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.guide.Orders.Command;
import dev.holdfast.streams.guide.Orders.Command.Add;
import dev.holdfast.streams.guide.Orders.Command.Pay;
import dev.holdfast.streams.guide.Orders.Event;
import dev.holdfast.streams.guide.Orders.Order;
import java.io.PrintStream;

/** Orders in a store. */
final class Shop {

  private Shop() {}

  static void run(String url, PrintStream out) {
    try (Provider provider = Providers.open(ProviderConfig.url(url).build());
        EventSourcing events = EventSourcing.on(provider)) {
      Repository<Order, Command, Event> orders = events.repository(Orders.ORDER);

      orders.execute("17", new Add("book", 1_200));
      orders.execute("17", new Add("pen", 300));
      out.println(orders.load("17").state());

      // The id of a command comes from its cause. Asked again it tells what it has done.
      out.println(orders.execute("17", "payment-4711", new Pay()).events());
      out.println(orders.execute("17", "payment-4711", new Pay()).repeated());

      // The order as it was after its first event.
      out.println(orders.replay("17").until(1).run().state());

      // An event that is wrong is not changed. Another one says that it does not count.
      orders.invalidate("17", 2, "the pen was sold out");
      out.println(orders.load("17").state());
      orders
          .timeline("17")
          .forEach(entry ->
              out.println(
                  entry.event().version()
                      + " "
                      + entry.event().content().type()
                      + (entry.invalidatedBy() == null ? "" : " (does not count)")));
    }
  }

  public static void main(String[] args) {
    run("sqlite:shop.db", System.out);
  }
}
