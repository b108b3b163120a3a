// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.Order.Approver;
import dev.holdfast.examples.orders.Order.Card;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

  @TempDir private Path dir;
  private Ledger ledger;

  @BeforeEach
  void open() throws SQLException {
    Catalog catalog = new Catalog(new TreeMap<>(Map.of("MUG", 3)));
    ledger = Ledger.open(dir.resolve("ledger.db"), catalog, Duration.ZERO);
  }

  @AfterEach
  void close() throws SQLException {
    ledger.close();
  }

  @Test
  void theSameRequestTakesEffectOnce() throws Exception {
    Order order = order("o-1", 2, Card.OK, Order.Carrier.OK);
    Warehouse warehouse = new Warehouse(ledger);
    PaymentProvider payments = new PaymentProvider(ledger);
    Carrier carrier = new Carrier(ledger);
    for (int delivery = 1; delivery <= 2; delivery++) {
      warehouse.reserve(call("reserve", "o-1", 1, delivery), order);
      payments.charge(call("charge", "o-1", 1, delivery), order);
      carrier.book(call("book-carrier", "o-1", 1, delivery), order);
      assertThat(warehouse.handOver(call("hand-over", "o-1", 1, delivery))).isTrue();
    }

    Books books = Books.read(ledger);

    Books.Effects effects = books.of("o-1");
    assertThat(effects.charges()).containsExactly(new Books.Money(500, "EUR"));
    assertThat(effects.reservations()).containsExactly(new Books.Reservation("MUG", 2, "shipped"));
    assertThat(effects.parcels()).containsExactly(new Books.Parcel("MUG", 2));
    assertThat(books.stock()).containsEntry("MUG", new Books.Shelf(3, 1, 0, 2));
    assertThat(books.calls()).isEqualTo(new Books.Calls(8, 1, 4, 4, 0));
  }

  @Test
  void aLostReplyIsAChargeAllTheSame() throws Exception {
    Order order = order("o-1", 1, Card.LOSES_REPLY, Order.Carrier.OK);
    PaymentProvider payments = new PaymentProvider(ledger);

    assertThatThrownBy(() -> payments.charge(call("charge", "o-1", 1, 1), order))
        .isInstanceOf(ServiceUnavailableException.class);
    assertThat(payments.charge(call("charge", "o-1", 2, 1), order)).isEqualTo("ch_o-1/charge");

    assertThat(Books.read(ledger).of("o-1").charges()).hasSize(1);
  }

  @Test
  void undoingWhatNeverHappenedDoesNothing() throws Exception {
    assertThat(new Warehouse(ledger).release(call("release", "o-1", 1, 1))).isFalse();
    assertThat(new PaymentProvider(ledger).refund(call("refund", "o-1", 1, 1))).isFalse();

    Books books = Books.read(ledger);
    assertThat(books.orders()).isEmpty();
    assertThat(books.stock()).containsEntry("MUG", new Books.Shelf(3, 3, 0, 0));
  }

  @Test
  void whatIsReleasedIsOnTheShelfAgainOnce() throws Exception {
    Warehouse warehouse = new Warehouse(ledger);
    warehouse.reserve(call("reserve", "o-1", 1, 1), order("o-1", 2, Card.OK, Order.Carrier.OK));
    assertThatThrownBy(() ->
            warehouse.reserve(
                call("reserve", "o-2", 1, 1), order("o-2", 2, Card.OK, Order.Carrier.OK)))
        .isInstanceOf(OutOfStockException.class)
        .hasMessage("fewer than 2 of MUG in stock");

    assertThat(warehouse.release(call("release", "o-1", 1, 1))).isTrue();
    assertThat(warehouse.release(call("release", "o-1", 1, 2))).isTrue();

    assertThat(Books.read(ledger).stock()).containsEntry("MUG", new Books.Shelf(3, 3, 0, 0));
  }

  @Test
  void aFlakyCarrierComesInTheEnd() throws Exception {
    Carrier carrier = new Carrier(ledger);
    Order order = order("o-1", 1, Card.OK, Order.Carrier.FLAKY);
    for (int attempt = 1; attempt <= 2; attempt++) {
      Call call = call("book-carrier", "o-1", attempt, 1);
      assertThatThrownBy(() -> carrier.book(call, order))
          .isInstanceOf(ServiceUnavailableException.class);
    }

    assertThat(carrier.book(call("book-carrier", "o-1", 3, 1), order)).startsWith("HF");
  }

  @Test
  void theOrderBookKeepsFilesApart() throws SQLException {
    Order one = order("o-1", 1, Card.OK, Order.Carrier.OK);
    Order two = order("o-2", 1, Card.OK, Order.Carrier.OK);
    Order changed = order("o-1", 2, Card.OK, Order.Carrier.OK);

    assertThat(OrderBook.accept(ledger, "f", List.of(one))).isZero();
    assertThat(OrderBook.accept(ledger, "f", List.of(one, two))).isEqualTo(1);
    assertThatThrownBy(() -> OrderBook.accept(ledger, "f", List.of(changed, two)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has an order \"o-1\" with other content than in f");
    assertThatThrownBy(() -> OrderBook.accept(ledger, "f", List.of(two)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has 1 orders that are not in f, such as \"o-1\"");
    assertThat(OrderBook.accept(ledger, "f", List.of(one, two))).isEqualTo(2);
  }

  private static Call call(String operation, String orderId, int attempt, int delivery) {
    return new Call(operation, orderId, orderId + "/" + operation, attempt, delivery);
  }

  private static Order order(String id, int quantity, Card card, Order.Carrier carrier) {
    return new Order(id, "x", "MUG", quantity, 500, "EUR", card, carrier, Approver.APPROVES);
  }
}
