// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.orders.Order;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** The orders that were ever accepted with this ledger, so that it is not mixed with others. */
public final class OrderBook {

  private OrderBook() {}

  /**
   * Accepts orders, all or none. Accepting the same ones again is fine, and so are new ones.
   *
   * @return how many of them had been accepted before
   * @throws BadInputException when the ledger has other orders, or one with other content
   */
  public static int accept(Ledger ledger, String file, List<Order> orders) throws SQLException {
    return ledger.transaction(sql -> {
      Map<String, String> known = new HashMap<>();
      sql.all(
          "SELECT order_id, content FROM orders",
          row -> known.put(row.getString(1), row.getString(2)));
      int before = 0;
      for (Order order : orders) {
        String content = JsonMapper.shared().writeValueAsString(order);
        String old = known.remove(order.id());
        if (old == null) {
          sql.update("INSERT INTO orders VALUES (?, ?)", order.id(), content);
        } else if (old.equals(content)) {
          before++;
        } else {
          throw new BadInputException(
              "the database has an order \"%s\" with other content than in %s; use the file it was made with, or another --db"
                  .formatted(order.id(), file));
        }
      }
      if (!known.isEmpty()) {
        throw new BadInputException(
            "the database has %d orders that are not in %s, such as \"%s\"; use the file it was made with, or another --db"
                .formatted(known.size(), file, new TreeSet<>(known.keySet()).first()));
      }
      return before;
    });
  }
}
