// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.ledger.Answer.Result;
import java.sql.SQLException;
import java.util.Optional;

/** Takes parcels, at some addresses only after some asking, at others never. */
public final class Carrier {

  private static final String BOOK = "book-carrier";
  private static final int FLAKY_REFUSALS = 2;

  private final Ledger ledger;

  /** On a ledger. */
  public Carrier(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Books a parcel.
   *
   * @return the tracking number
   * @throws CalledOffException when it was cancelled before it came
   * @throws ServiceUnavailableException when the carrier cannot be had now
   */
  public String book(Call call, Order order) throws SQLException, InterruptedException {
    return ledger.call(
        call,
        sql -> {
          Optional<String> known =
              sql.first(
                  "SELECT tracking FROM shipments WHERE key = ?",
                  row -> row.getString(1),
                  call.key());
          if (known.isPresent()) {
            return Answer.of(Result.REPEATED, known.get());
          }
          if (CalledOff.isNoted(sql, order.id(), BOOK)) {
            return Answer.refused(
                Result.REFUSED, new CalledOffException("the booking was called off"));
          }
          if (order.carrier() != Order.Carrier.OK && isAway(sql, call, order)) {
            return Answer.refused(
                Result.UNAVAILABLE,
                new ServiceUnavailableException("the carrier is not available"));
          }
          String tracking = "HF%08X".formatted(call.key().hashCode());
          sql.update(
              "INSERT INTO shipments VALUES (?, ?, ?, ?, ?)",
              call.key(),
              order.id(),
              order.sku(),
              order.quantity(),
              tracking);
          return Answer.of(Result.APPLIED, tracking);
        });
  }

  /** Cancels the booking of an order, if there is one, and books none for it. */
  public boolean cancel(Call call) throws SQLException, InterruptedException {
    return ledger.call(
        call,
        sql -> {
          CalledOff.note(sql, call.orderId(), BOOK);
          int cancelled = sql.update("DELETE FROM shipments WHERE order_id = ?", call.orderId());
          return Answer.of(cancelled > 0 ? Result.APPLIED : Result.NOTHING, cancelled > 0);
        });
  }

  private static boolean isAway(Sql sql, Call call, Order order) throws SQLException {
    int before =
        sql.first(
                "SELECT count(*) FROM calls WHERE order_id = ? AND operation = ?",
                row -> row.getInt(1),
                order.id(),
                call.operation())
            .orElse(0);
    return order.carrier() == Order.Carrier.DOWN || before < FLAKY_REFUSALS;
  }
}
