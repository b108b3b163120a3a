// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.ledger.Answer.Result;
import java.sql.SQLException;
import java.util.Optional;

/** Keeps the stock. */
public final class Warehouse {

  private static final String RESERVE = "reserve";

  private final Ledger ledger;

  /** On a ledger. */
  public Warehouse(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Takes units off the shelf.
   *
   * @return the reservation
   * @throws OutOfStockException when there are too few
   * @throws CalledOffException when it was released before it came
   */
  public String reserve(Call call, Order order) throws SQLException, InterruptedException {
    return ledger.call(
        call,
        sql -> {
          Optional<String> known =
              sql.first(
                  "SELECT key FROM reservations WHERE key = ?",
                  row -> row.getString(1),
                  call.key());
          if (known.isPresent()) {
            return Answer.of(Result.REPEATED, call.key());
          }
          if (CalledOff.isNoted(sql, order.id(), RESERVE)) {
            return Answer.refused(
                Result.REFUSED, new CalledOffException("the reservation was called off"));
          }
          int taken =
              sql.update(
                  "UPDATE stock SET on_hand = on_hand - ?1 WHERE sku = ?2 AND on_hand >= ?1",
                  order.quantity(),
                  order.sku());
          if (taken == 0) {
            return Answer.refused(
                Result.REFUSED,
                new OutOfStockException(
                    "fewer than %d of %s in stock".formatted(order.quantity(), order.sku())));
          }
          sql.update(
              "INSERT INTO reservations VALUES (?, ?, ?, ?, 'reserved')",
              call.key(),
              order.id(),
              order.sku(),
              order.quantity());
          return Answer.of(Result.APPLIED, call.key());
        });
  }

  /**
   * Puts the units of an order back on the shelf, if any are reserved, and reserves none for it.
   */
  public boolean release(Call call) throws SQLException, InterruptedException {
    return ledger.call(
        call,
        sql -> {
          CalledOff.note(sql, call.orderId(), RESERVE);
          sql.update(
              """
              UPDATE stock SET on_hand = on_hand + (
                SELECT coalesce(sum(quantity), 0) FROM reservations r
                WHERE r.sku = stock.sku AND order_id = ? AND state = 'reserved')
              """,
              call.orderId());
          return moved(sql, call, "released");
        });
  }

  /** Hands the units of an order to the carrier. */
  public boolean handOver(Call call) throws SQLException, InterruptedException {
    return ledger.call(call, sql -> moved(sql, call, "shipped"));
  }

  private static Answer<Boolean> moved(Sql sql, Call call, String state) throws SQLException {
    int moved =
        sql.update(
            "UPDATE reservations SET state = ? WHERE order_id = ? AND state = 'reserved'",
            state,
            call.orderId());
    if (moved > 0) {
      return Answer.of(Result.APPLIED, true);
    }
    boolean before =
        sql.first(
                "SELECT 1 FROM reservations WHERE order_id = ? AND state = ?",
                row -> row.getInt(1),
                call.orderId(),
                state)
            .isPresent();
    return Answer.of(before ? Result.REPEATED : Result.NOTHING, before);
  }
}
