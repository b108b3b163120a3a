// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.flow.Approval;
import dev.holdfast.examples.orders.flow.OrderFlow;
import dev.holdfast.examples.orders.ledger.ApprovalDesk;
import dev.holdfast.runtime.HoldfastClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The person who approves expensive orders, as far as the orders file says what they do. */
final class Approver {

  /** Nobody answers at once. */
  private static final Duration THINKING_TIME = Duration.ofSeconds(1);

  private final ApprovalDesk desk;
  private final HoldfastClient client;
  private final Map<String, Order> orders = new HashMap<>();

  Approver(ApprovalDesk desk, HoldfastClient client, List<Order> orders) {
    this.desk = desk;
    this.client = client;
    orders.forEach(order -> this.orders.put(order.id(), order));
  }

  /** Answers what has been waiting long enough. */
  void answer() throws SQLException {
    for (String orderId : desk.waiting(THINKING_TIME)) {
      Order order = orders.get(orderId);
      if (order == null || order.approver() == Order.Approver.SILENT) {
        continue;
      }
      boolean approved = order.approver() == Order.Approver.APPROVES;
      // With a message id: should the demo be stopped before the next line, the answer counts once.
      Approval answer = new Approval(approved, "the head of sales");
      client.raise(orderId, OrderFlow.APPROVAL_EVENT, answer, "answer");
      desk.answered(orderId, approved ? "approved" : "denied");
    }
  }
}
