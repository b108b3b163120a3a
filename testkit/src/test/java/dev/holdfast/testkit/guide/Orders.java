// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit.guide;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import java.time.Duration;
import java.util.List;

/** An order is charged, waits for its approval, is shipped, and followed up a month later. */
final class Orders {

  record Order(String item, int cents) {}

  static final Activity<Order, String> CHARGE = Activity.named("charge", Order.class, String.class);
  static final Activity<Order, String> SHIP = Activity.named("ship", Order.class, String.class);
  static final Activity<String, Void> REFUND = Activity.named("refund", String.class, Void.class);
  static final Activity<String, Void> FOLLOW_UP =
      Activity.named("follow-up", String.class, Void.class);

  static final Orchestration<Order, String> PROCESS =
      Orchestration.named(
          "process-order",
          Order.class,
          String.class,
          (ctx, order) -> {
            String charge = ctx.call(CHARGE, order, RetryPolicy.attempts(5)).await();
            DurableFuture<Boolean> approval = ctx.event("approved", Boolean.class);
            int first = ctx.select(List.of(approval, ctx.timer(Duration.ofDays(7))));
            if (first == 1 || !approval.await()) {
              ctx.call(REFUND, charge).await();
              return "refunded";
            }
            String parcel = ctx.call(SHIP, order).await();
            ctx.timer(Duration.ofDays(30)).await();
            ctx.call(FOLLOW_UP, parcel).await();
            return "delivered as " + parcel;
          });

  private Orders() {}
}
