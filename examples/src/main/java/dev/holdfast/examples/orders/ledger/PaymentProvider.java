// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.ledger.Answer.Result;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Charges cards and gives money back: once per idempotency key, however often it is asked. */
public final class PaymentProvider {

  private static final String CHARGE = "charge";

  private final Ledger ledger;

  /** On a ledger. */
  public PaymentProvider(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Charges the order's card.
   *
   * @return the provider's reference
   * @throws CardDeclinedException when it is declined
   * @throws CalledOffException when it was refunded before it came
   * @throws ServiceUnavailableException when the answer is lost; the charge is made
   */
  public String charge(Call call, Order order) throws SQLException, InterruptedException {
    String reference = "ch_" + call.key();
    return ledger.call(
        call,
        sql -> {
          Optional<String> known =
              sql.first(
                  "SELECT key FROM charges WHERE key = ?", row -> row.getString(1), call.key());
          if (known.isPresent()) {
            return Answer.of(Result.REPEATED, reference);
          }
          if (CalledOff.isNoted(sql, order.id(), CHARGE)) {
            return Answer.refused(
                Result.REFUSED, new CalledOffException("the payment was called off"));
          }
          if (order.card() == Order.Card.DECLINED) {
            return Answer.refused(
                Result.REFUSED, new CardDeclinedException("the bank declines the card"));
          }
          sql.update(
              "INSERT INTO charges VALUES (?, ?, ?, ?)",
              call.key(),
              order.id(),
              order.amount(),
              order.currency());
          return order.card() == Order.Card.LOSES_REPLY
              ? Answer.refused(
                  Result.REPLY_LOST,
                  new ServiceUnavailableException("no answer from the payment provider"))
              : Answer.of(Result.APPLIED, reference);
        });
  }

  /**
   * Gives back what an order was charged and not given back yet, and charges it no more.
   *
   * @return whether there was anything to give back, now or before
   */
  public boolean refund(Call call) throws SQLException, InterruptedException {
    return ledger.call(
        call,
        sql -> {
          CalledOff.note(sql, call.orderId(), CHARGE);
          if (sql.first(
                  "SELECT 1 FROM refunds WHERE order_id = ?", r -> r.getInt(1), call.orderId())
              .isPresent()) {
            return Answer.of(Result.REPEATED, true);
          }
          List<Money> charged =
              sql.all(
                  "SELECT sum(amount), currency FROM charges WHERE order_id = ? GROUP BY currency",
                  Money::read,
                  call.orderId());
          if (charged.isEmpty()) {
            return Answer.of(Result.NOTHING, false);
          }
          sql.update(
              "INSERT INTO refunds VALUES (?, ?, ?, ?)",
              call.key(),
              call.orderId(),
              charged.getFirst().amount(),
              charged.getFirst().currency());
          return Answer.of(Result.APPLIED, true);
        });
  }

  private record Money(long amount, String currency) {
    static Money read(ResultSet row) throws SQLException {
      return new Money(row.getLong(1), row.getString(2));
    }
  }
}
