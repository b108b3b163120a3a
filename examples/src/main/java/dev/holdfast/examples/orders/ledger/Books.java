// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the services have on their books at one moment, for the audit.
 *
 * @param orders the effects by order id
 * @param stock the shelves by SKU
 * @param calls what the log of calls counts
 */
public record Books(Map<String, Effects> orders, SortedMap<String, Shelf> stock, Calls calls) {

  /** Time until the answer was noted, which is after it was given. */
  private static final String ANSWERED =
      """
      order_id, answered_at - asked_at FROM approvals WHERE answered_at IS NOT NULL
      """;

  private static final Effects NONE = new Effects(List.of(), List.of(), List.of(), List.of(), null);

  /** An amount that was charged or refunded. */
  public record Money(long amount, String currency) {}

  /** Units that were reserved, and whether they are still, or back, or gone. */
  public record Reservation(String sku, int quantity, String state) {}

  /** Units that the carrier took. */
  public record Parcel(String sku, int quantity) {}

  /**
   * What happened in the world for one order.
   *
   * @param answeredAfter from the question to the approver until the answer was given; null where
   *     nobody answered
   */
  public record Effects(
      List<Money> charges,
      List<Money> refunds,
      List<Reservation> reservations,
      List<Parcel> parcels,
      @Nullable Duration answeredAfter) {}

  /** The units of one SKU: at the beginning, and now. */
  public record Shelf(int initial, int onHand, int reserved, int shipped) {

    /** Units that are nowhere, or, below zero, that came from nowhere. */
    public int missing() {
      return initial - onHand - reserved - shipped;
    }
  }

  /**
   * Calls that were made.
   *
   * @param total all of them
   * @param processes how many processes made them
   * @param redelivered requests that came again because the worker that made them died
   * @param redeliveredDone those of them that had taken effect already
   * @param retried requests that came again because the caller saw a failure
   */
  public record Calls(
      int total, int processes, int redelivered, int redeliveredDone, int retried) {}

  /** What happened for an order; nothing for one that the services do not know. */
  public Effects of(String orderId) {
    return orders.getOrDefault(orderId, NONE);
  }

  /** Reads all books in one transaction. */
  public static Books read(Ledger ledger) throws SQLException {
    return ledger.transaction(sql -> {
      Map<String, Collector> orders = new LinkedHashMap<>();
      each(
          sql,
          orders,
          "order_id, amount, currency FROM charges",
          (o, r) -> o.charges.add(new Money(r.getLong(2), r.getString(3))));
      each(
          sql,
          orders,
          "order_id, amount, currency FROM refunds",
          (o, r) -> o.refunds.add(new Money(r.getLong(2), r.getString(3))));
      each(
          sql,
          orders,
          "order_id, sku, quantity, state FROM reservations",
          (o, r) ->
              o.reservations.add(new Reservation(r.getString(2), r.getInt(3), r.getString(4))));
      each(
          sql,
          orders,
          "order_id, sku, quantity FROM shipments",
          (o, r) -> o.parcels.add(new Parcel(r.getString(2), r.getInt(3))));
      each(sql, orders, ANSWERED, (o, r) -> o.answeredAfter = Duration.ofMillis(r.getLong(2)));
      Map<String, Effects> effects = new LinkedHashMap<>();
      orders.forEach((id, collector) -> effects.put(id, collector.effects()));
      return new Books(effects, shelves(sql), calls(sql));
    });
  }

  private static SortedMap<String, Shelf> shelves(Sql sql) throws SQLException {
    SortedMap<String, Shelf> shelves = new TreeMap<>();
    sql.all(
        """
        SELECT s.sku, s.initial, s.on_hand,
          (SELECT coalesce(sum(quantity), 0) FROM reservations r WHERE r.sku = s.sku AND state = 'reserved'),
          (SELECT coalesce(sum(quantity), 0) FROM shipments p WHERE p.sku = s.sku)
        FROM stock s
        """,
        row ->
            shelves.put(
                row.getString(1),
                new Shelf(row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5))));
    return shelves;
  }

  private static Calls calls(Sql sql) throws SQLException {
    return sql.first(
            """
            SELECT count(*),
              count(DISTINCT pid),
              count(DISTINCT key) FILTER (WHERE delivery > 1),
              count(DISTINCT key) FILTER (WHERE delivery > 1 AND result = 'REPEATED'),
              count(DISTINCT key) FILTER (WHERE attempt > 1)
            FROM calls
            """,
            row ->
                new Calls(
                    row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5)))
        .orElseThrow();
  }

  private static void each(Sql sql, Map<String, Collector> orders, String what, Reader reader)
      throws SQLException {
    sql.all(
        "SELECT " + what,
        row -> {
          reader.read(orders.computeIfAbsent(row.getString(1), id -> new Collector()), row);
          return row;
        });
  }

  @FunctionalInterface
  private interface Reader {
    void read(Collector order, ResultSet row) throws SQLException;
  }

  private static final class Collector {
    private final List<Money> charges = new ArrayList<>();
    private final List<Money> refunds = new ArrayList<>();
    private final List<Reservation> reservations = new ArrayList<>();
    private final List<Parcel> parcels = new ArrayList<>();
    private @Nullable Duration answeredAfter;

    private Effects effects() {
      return new Effects(
          List.copyOf(charges),
          List.copyOf(refunds),
          List.copyOf(reservations),
          List.copyOf(parcels),
          answeredAfter);
    }
  }
}
