// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.ledger.ApprovalDesk;
import dev.holdfast.examples.orders.ledger.Call;
import dev.holdfast.examples.orders.ledger.Carrier;
import dev.holdfast.examples.orders.ledger.Ledger;
import dev.holdfast.examples.orders.ledger.PaymentProvider;
import dev.holdfast.examples.orders.ledger.Warehouse;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.Holdfast;

/** The activities: each is one call to a system outside, with the key that Holdfast gives it. */
public final class OrderActivities {

  private OrderActivities() {}

  /** Registers orchestrations and activities on a worker. */
  public static Holdfast.Builder register(Holdfast.Builder worker, Ledger ledger) {
    Warehouse warehouse = new Warehouse(ledger);
    PaymentProvider payments = new PaymentProvider(ledger);
    ApprovalDesk approvals = new ApprovalDesk(ledger);
    Carrier carrier = new Carrier(ledger);
    return worker
        .orchestration(OrderFlow.PROCESS)
        .orchestration(OrderFlow.SHIP)
        .activity(OrderFlow.RESERVE, (ctx, order) -> warehouse.reserve(call(ctx, order), order))
        .activity(OrderFlow.RELEASE, (ctx, order) -> warehouse.release(call(ctx, order)))
        .activity(OrderFlow.CHARGE, (ctx, order) -> payments.charge(call(ctx, order), order))
        .activity(OrderFlow.REFUND, (ctx, order) -> payments.refund(call(ctx, order)))
        .activity(OrderFlow.ASK_APPROVAL, (ctx, order) -> approvals.ask(call(ctx, order)))
        .activity(OrderFlow.BOOK, (ctx, order) -> carrier.book(call(ctx, order), order))
        .activity(OrderFlow.CANCEL_BOOKING, (ctx, order) -> carrier.cancel(call(ctx, order)))
        .activity(OrderFlow.HAND_OVER, (ctx, order) -> warehouse.handOver(call(ctx, order)));
  }

  private static Call call(ActivityContext ctx, Order order) {
    return new Call(ctx.name(), order.id(), ctx.idempotencyKey(), ctx.attempt(), ctx.deliveries());
  }
}
