// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.Order;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How each order has to end, known from the file and the catalog alone, before anything runs.
 *
 * <p>There is one way for each order, except where several compete for the last units of a SKU: who
 * of them comes too late is not written anywhere.
 */
public final class Expectations {

  private Expectations() {}

  /** The outcomes that are right, by order id. */
  public static Map<String, Set<Outcome>> of(List<Order> orders, Catalog catalog) {
    Map<String, Long> demand = new LinkedHashMap<>();
    orders.forEach(order -> demand.merge(order.sku(), (long) order.quantity(), Long::sum));

    Map<String, Set<Outcome>> expected = new LinkedHashMap<>();
    for (Order order : orders) {
      int initial = catalog.initial(order.sku());
      Set<Outcome> right = EnumSet.noneOf(Outcome.class);
      if (order.quantity() <= initial) {
        right.add(withStock(order));
      }
      if (demand.getOrDefault(order.sku(), 0L) > initial) {
        right.add(Outcome.OUT_OF_STOCK);
      }
      expected.put(order.id(), right);
    }
    return expected;
  }

  private static Outcome withStock(Order order) {
    if (order.card() == Order.Card.DECLINED) {
      return Outcome.CARD_DECLINED;
    }
    if (order.needsApproval() && order.approver() == Order.Approver.DENIES) {
      return Outcome.APPROVAL_DENIED;
    }
    if (order.needsApproval() && order.approver() == Order.Approver.SILENT) {
      return Outcome.APPROVAL_TIMED_OUT;
    }
    return order.carrier() == Order.Carrier.DOWN ? Outcome.SHIPPING_FAILED : Outcome.COMPLETED;
  }
}
