// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import dev.holdfast.examples.orders.ledger.Answer.Result;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** The approver's desk: what waits on it, and when it was answered. */
public final class ApprovalDesk {

  private final Ledger ledger;

  /** On a ledger. */
  public ApprovalDesk(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Puts an order on the desk. */
  public boolean ask(Call call) throws SQLException, InterruptedException {
    return ledger.call(
        call,
        sql -> {
          int asked =
              sql.update(
                  "INSERT OR IGNORE INTO approvals (order_id, asked_at) VALUES (?, ?)",
                  call.orderId(),
                  System.currentTimeMillis());
          return Answer.of(asked == 0 ? Result.REPEATED : Result.APPLIED, true);
        });
  }

  /** The orders that have been waiting for an answer for some time. */
  public List<String> waiting(Duration atLeast) throws SQLException {
    return ledger.read(sql ->
        sql.all(
            "SELECT order_id FROM approvals WHERE answer IS NULL AND asked_at <= ?"
                + " ORDER BY asked_at",
            row -> row.getString(1),
            System.currentTimeMillis() - atLeast.toMillis()));
  }

  /** Notes an answer, after it was given. */
  public void answered(String orderId, String answer) throws SQLException {
    int noted =
        ledger.transaction(sql ->
            sql.update(
                "UPDATE approvals SET answer = ?, answered_at = ? WHERE order_id = ?",
                answer,
                System.currentTimeMillis(),
                orderId));
    if (noted != 1) {
      throw new IllegalStateException("nobody asked for " + orderId);
    }
  }
}
