// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import java.sql.SQLException;

/**
 * What was called off, so that it does not happen afterwards.
 *
 * <p>A caller that gives up may undo a call before the call itself has arrived: taking back an
 * activity does not stop the request that it has sent. A service that did nothing then, because
 * there was nothing to undo, would carry out what comes late, and nobody would undo that.
 */
final class CalledOff {

  private CalledOff() {}

  /** Notes that an operation must not take effect for an order any more. */
  static void note(Sql sql, String orderId, String operation) throws SQLException {
    sql.update("INSERT OR IGNORE INTO called_off VALUES (?, ?)", orderId, operation);
  }

  /** Whether a call comes after its undo. */
  static boolean isNoted(Sql sql, String orderId, String operation) throws SQLException {
    return sql.first(
            "SELECT 1 FROM called_off WHERE order_id = ? AND operation = ?",
            row -> row.getInt(1),
            orderId,
            operation)
        .isPresent();
  }
}
