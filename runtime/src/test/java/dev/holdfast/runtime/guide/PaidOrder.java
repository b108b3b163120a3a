// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.annotated.Activities;
import dev.holdfast.runtime.annotated.Name;
import dev.holdfast.runtime.annotated.Orchestrations;
import java.io.IOException;

/** Activities and orchestrations as methods of interfaces. */
final class PaidOrder {

  record Order(String item, int cents) {}

  record Receipt(String id) {}

  /** Each method is an activity. */
  @Activities
  interface Payments {
    Receipt charge(Order order) throws IOException;

    @Name("refund") // stored in histories: it was called so when the method had another name
    void giveBack(Receipt receipt);
  }

  /** Each method is an orchestration. */
  @Orchestrations
  interface Orders {
    Orchestration<Order, String> PROCESS = Orchestration.of(Orders.class, Orders::process);

    String process(Order order) throws IOException;
  }

  /** The code, made anew for each execution. */
  record OrdersCode(OrchestrationContext ctx) implements Orders {

    private static final Activity<Order, Receipt> CHARGE =
        Activity.of(Payments.class, Payments::charge);

    @Override
    public String process(Order order) throws IOException {
      ActivityOptions retried = ActivityOptions.defaults().withRetry(RetryPolicy.attempts(3));
      Payments payments = ctx.activities(Payments.class, retried);
      Receipt receipt = payments.charge(order); // waits
      DurableFuture<Receipt> gift = ctx.call(CHARGE, new Order("gift", 0)); // does not
      try {
        return receipt.id() + ", " + gift.await().id();
      } catch (ActivityFailedException e) {
        payments.giveBack(receipt);
        return "no gift, no sale";
      }
    }
  }

  private PaidOrder() {}
}
