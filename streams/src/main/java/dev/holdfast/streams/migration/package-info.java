// SPDX-License-Identifier: Apache-2.0

/**
 * The way from a table that says how things stand to events, in phases that are switched at run
 * time, each but the last with a way back.
 *
 * <pre>{@code
 * Migration<Order, OrderEvent, OrderRow> migration =
 *     Migration.builder("orders", events, ORDERS, table, dataSource::getConnection)
 *         .row(order -> new OrderRow(order.status()))         // the row that a state stands for
 *         .imports((id, row) -> new Imported(row.status()))    // the event that says all of a row
 *         .build();
 *
 * // wherever the application writes, in its own transaction:
 * migration.within(connection).write("o-7", "payment-12", new Paid(), c -> update(c, "o-7", "PAID"));
 * // and wherever it reads:
 * migration.read("o-7");
 *
 * migration.switchTo(Phase.DUAL, "release 14");
 * migration.importRows();
 * migration.validate().differences();                          // none
 * migration.switchTo(Phase.VALIDATED, "compared");
 * migration.switchTo(Phase.READ_NEW, "quiet hours");
 * migration.switchTo(Phase.DUAL, "the report is wrong");       // the way back
 * }</pre>
 */
@NullMarked
package dev.holdfast.streams.migration;

import org.jspecify.annotations.NullMarked;
