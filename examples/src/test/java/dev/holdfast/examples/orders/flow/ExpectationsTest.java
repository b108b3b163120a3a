// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.Order.Approver;
import dev.holdfast.examples.orders.Order.Card;
import dev.holdfast.examples.orders.Order.Carrier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExpectationsTest {

  private static final Catalog CATALOG =
      new Catalog(new TreeMap<>(Map.of("PLENTY", 100, "NONE", 0, "TWO", 2)));
  private static final long CHEAP = 100;
  private static final long DEAR = Order.APPROVAL_FROM;

  @Test
  void aPlainOrderIsCompleted() {
    assertThat(of(order("PLENTY", 1, CHEAP, Card.OK, Carrier.OK, Approver.APPROVES)))
        .containsExactly(Outcome.COMPLETED);
    assertThat(of(order("PLENTY", 1, CHEAP, Card.LOSES_REPLY, Carrier.FLAKY, Approver.SILENT)))
        .containsExactly(Outcome.COMPLETED);
  }

  @Test
  void theFirstStepThatFailsDecides() {
    assertThat(of(order("NONE", 1, DEAR, Card.DECLINED, Carrier.DOWN, Approver.DENIES)))
        .containsExactly(Outcome.OUT_OF_STOCK);
    assertThat(of(order("PLENTY", 1, DEAR, Card.DECLINED, Carrier.DOWN, Approver.DENIES)))
        .containsExactly(Outcome.CARD_DECLINED);
    assertThat(of(order("PLENTY", 1, DEAR, Card.OK, Carrier.DOWN, Approver.DENIES)))
        .containsExactly(Outcome.APPROVAL_DENIED);
    assertThat(of(order("PLENTY", 1, DEAR, Card.OK, Carrier.DOWN, Approver.SILENT)))
        .containsExactly(Outcome.APPROVAL_TIMED_OUT);
    assertThat(of(order("PLENTY", 1, DEAR, Card.OK, Carrier.DOWN, Approver.APPROVES)))
        .containsExactly(Outcome.SHIPPING_FAILED);
  }

  @Test
  void nobodyIsAskedAboutACheapOrder() {
    assertThat(of(order("PLENTY", 1, DEAR - 1, Card.OK, Carrier.OK, Approver.DENIES)))
        .containsExactly(Outcome.COMPLETED);
  }

  @Test
  void whoComesTooLateForTheLastUnitsIsOpen() {
    Order three = order("TWO", 3, CHEAP, Card.OK, Carrier.OK, Approver.APPROVES);
    Order one = order("TWO", 1, CHEAP, Card.OK, Carrier.OK, Approver.APPROVES);

    assertThat(of(three)).containsExactly(Outcome.OUT_OF_STOCK);
    assertThat(of(one)).containsExactly(Outcome.COMPLETED);
    Order other =
        new Order("o-2", "x", "TWO", 2, CHEAP, "EUR", Card.OK, Carrier.OK, Approver.APPROVES);
    assertThat(Expectations.of(List.of(one, other), CATALOG).values())
        .allSatisfy(right ->
            assertThat(right).containsExactlyInAnyOrder(Outcome.COMPLETED, Outcome.OUT_OF_STOCK));
  }

  private static Set<Outcome> of(Order order) {
    return Expectations.of(List.of(order), CATALOG).get(order.id());
  }

  private static Order order(
      String sku, int quantity, long amount, Card card, Carrier carrier, Approver approver) {
    return new Order("o-1", "x", sku, quantity, amount, "EUR", card, carrier, approver);
  }
}
