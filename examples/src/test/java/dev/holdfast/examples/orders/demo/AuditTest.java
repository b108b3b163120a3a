// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.Order.Approver;
import dev.holdfast.examples.orders.Order.Card;
import dev.holdfast.examples.orders.OrdersFile;
import dev.holdfast.examples.orders.demo.Problem.Kind;
import dev.holdfast.examples.orders.flow.Outcome;
import dev.holdfast.examples.orders.ledger.Books;
import dev.holdfast.examples.orders.ledger.Call;
import dev.holdfast.examples.orders.ledger.Carrier;
import dev.holdfast.examples.orders.ledger.Ledger;
import dev.holdfast.examples.orders.ledger.PaymentProvider;
import dev.holdfast.examples.orders.ledger.Warehouse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A world in which all is well, and then not. */
class AuditTest {

  private static final Catalog CATALOG =
      new Catalog(new TreeMap<>(Map.of("MUG", 10, "BIKE", 5, "NONE", 0)));

  private static final OrdersFile FILE =
      new OrdersFile(
          "test",
          List.of(
              order("shipped", "MUG", 2, 500, Order.Carrier.OK, Approver.APPROVES),
              order("refunded", "MUG", 3, 700, Order.Carrier.DOWN, Approver.APPROVES),
              order("sold-out", "NONE", 1, 900, Order.Carrier.OK, Approver.APPROVES),
              order("asked", "BIKE", 1, 200_000, Order.Carrier.OK, Approver.APPROVES)),
          List.of());

  @TempDir private Path dir;
  private Path file;
  private Ledger ledger;
  private final Map<String, Ending> endings = new HashMap<>();

  @BeforeEach
  void allIsWell() throws Exception {
    file = dir.resolve("ledger.db");
    ledger = Ledger.open(file, CATALOG, Duration.ZERO);
    Warehouse warehouse = new Warehouse(ledger);
    PaymentProvider payments = new PaymentProvider(ledger);
    Carrier carrier = new Carrier(ledger);
    for (Order order : FILE.orders()) {
      if (order.sku().equals("NONE")) {
        continue;
      }
      warehouse.reserve(call("reserve", order), order);
      payments.charge(call("charge", order), order);
      if (order.carrier() == Order.Carrier.DOWN) {
        payments.refund(call("refund", order));
        warehouse.release(call("release", order));
      } else {
        carrier.book(call("book-carrier", order), order);
        warehouse.handOver(call("hand-over", order));
      }
    }
    endings.put("shipped", Ending.of(Outcome.COMPLETED));
    endings.put("refunded", Ending.of(Outcome.SHIPPING_FAILED));
    endings.put("sold-out", Ending.of(Outcome.OUT_OF_STOCK));
    endings.put("asked", Ending.of(Outcome.COMPLETED));
  }

  @AfterEach
  void close() throws SQLException {
    ledger.close();
  }

  @Test
  void holdsWhenAllIsWell() throws SQLException {
    assertThat(audit()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A second key for the same order: the unique keys of the ledger do not stop it.
        "INSERT INTO charges VALUES ('k', 'shipped', 500, 'EUR') | DUPLICATE | shipped: was charged"
            + " 2 times",
        "INSERT INTO refunds VALUES ('k', 'refunded', 700, 'EUR') | DUPLICATE | refunded: was"
            + " refunded 2 times",
        "INSERT INTO refunds VALUES ('k', 'shipped', 500, 'EUR') | WRONG | shipped: there must be"
            + " no refund",
        "INSERT INTO charges VALUES ('k', 'sold-out', 900, 'EUR') | WRONG | sold-out: there must be"
            + " no charge",
        "INSERT INTO charges VALUES ('k', 'stranger', 1, 'EUR') | WRONG | stranger: has effects and"
            + " is not in the orders file",
        "DELETE FROM charges WHERE order_id = 'shipped' | LOST | shipped: there is no charge",
        "DELETE FROM refunds | LOST | refunded: there is no refund",
        "UPDATE charges SET amount = 501 WHERE order_id = 'shipped' | WRONG | shipped: the charge"
            + " is",
        "UPDATE charges SET currency = 'USD' WHERE order_id = 'shipped' | WRONG | shipped: the"
            + " charge is",
        "UPDATE shipments SET quantity = 1 WHERE order_id = 'shipped' | WRONG | shipped: the"
            + " shipment is",
        "UPDATE shipments SET quantity = 1 WHERE order_id = 'shipped' | STOCK | MUG: 10 units at"
            + " the beginning",
        "UPDATE stock SET on_hand = on_hand - 1 WHERE sku = 'MUG' | STOCK | MUG: 10 units at the"
            + " beginning",
        "UPDATE stock SET on_hand = on_hand + 1 WHERE sku = 'NONE' | STOCK | NONE: 0 units at the"
            + " beginning",
        "UPDATE reservations SET state = 'reserved' WHERE order_id = 'refunded' | STOCK | MUG: 3"
            + " units are still reserved",
      })
  void findsWhatIsWrongInTheLedger(String tampering, Kind kind, String problem)
      throws SQLException {
    tamper(tampering);

    assertThat(audit())
        .anySatisfy(found -> {
          assertThat(found.kind()).isEqualTo(kind);
          assertThat(found.toString()).startsWith(problem);
        });
  }

  @Test
  void findsAnOrderThatDidNotEnd() throws SQLException {
    endings.remove("shipped");

    assertThat(audit())
        .containsExactly(new Problem(Kind.LOST, "shipped", "did not end; expected: completed"));
  }

  @Test
  void findsAnOrderThatEndedInAnotherWay() throws SQLException {
    endings.put("shipped", Ending.of(Outcome.SHIPPING_FAILED));

    assertThat(audit())
        .contains(
            new Problem(Kind.LOST, "shipped", "ended as \"shipping failed\"; expected: completed"));
  }

  @Test
  void anAnswerInTimeMustCountAlsoWhileNoWorkerRan() throws Exception {
    endings.put("asked", Ending.of(Outcome.APPROVAL_TIMED_OUT));
    tamper("INSERT INTO approvals VALUES ('asked', 1000, 'approved', 4000)");
    timeOut();

    assertThat(audit())
        .containsExactly(
            new Problem(
                Kind.LOST, "asked", "ended as \"approval timed out\"; expected: completed"));
  }

  @Test
  void anAnswerThatCameTooLateMayNotHaveCounted() throws Exception {
    endings.put("asked", Ending.of(Outcome.APPROVAL_TIMED_OUT));
    tamper("INSERT INTO approvals VALUES ('asked', 1000, 'approved', 60000)");
    timeOut();

    assertThat(audit()).isEmpty();
  }

  /** Turns the order that was approved into one that timed out and was undone. */
  private void timeOut() throws Exception {
    Order asked = FILE.orders().getLast();
    tamper("UPDATE reservations SET state = 'reserved' WHERE order_id = 'asked'");
    tamper("DELETE FROM shipments WHERE order_id = 'asked'");
    new PaymentProvider(ledger).refund(call("refund", asked));
    new Warehouse(ledger).release(call("release", asked));
  }

  private List<Problem> audit() throws SQLException {
    return Audit.run(FILE, CATALOG, endings, Books.read(ledger));
  }

  private void tamper(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isPositive();
    }
  }

  private static Call call(String operation, Order order) {
    return new Call(operation, order.id(), order.id() + "/" + operation, 1, 1);
  }

  private static Order order(
      String id, String sku, int quantity, long amount, Order.Carrier carrier, Approver approver) {
    return new Order(id, "x", sku, quantity, amount, "EUR", Card.OK, carrier, approver);
  }
}
