// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.ledger.CardDeclinedException;
import dev.holdfast.examples.orders.ledger.OutOfStockException;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.ChildFailedException;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.RetryPolicy;
import java.time.Duration;
import java.util.List;

/**
 * What happens to an order: reserve, charge, get an approval if it is expensive, ship; and whenever
 * it does not come to that end, undo the steps before, the last one first.
 */
public final class OrderFlow {

  /** The event that answers {@link #ASK_APPROVAL}. */
  public static final String APPROVAL_EVENT = "approval";

  /** How long the approver has. */
  public static final Duration APPROVAL_TIMEOUT = Duration.ofSeconds(10);

  /** Takes units off the shelf for an order. */
  public static final Activity<Order, String> RESERVE =
      Activity.named("reserve", Order.class, String.class);

  /** Puts them back, if there are any. */
  public static final Activity<Order, Boolean> RELEASE =
      Activity.named("release", Order.class, Boolean.class);

  /** Charges the card. */
  public static final Activity<Order, String> CHARGE =
      Activity.named("charge", Order.class, String.class);

  /** Gives the money back, if it was taken. */
  public static final Activity<Order, Boolean> REFUND =
      Activity.named("refund", Order.class, Boolean.class);

  /** Tells the approver that an order waits. */
  public static final Activity<Order, Boolean> ASK_APPROVAL =
      Activity.named("ask-approval", Order.class, Boolean.class);

  /** Books the carrier. */
  public static final Activity<Order, String> BOOK =
      Activity.named("book-carrier", Order.class, String.class);

  /** Cancels the booking, if there is one. */
  public static final Activity<Order, Boolean> CANCEL_BOOKING =
      Activity.named("cancel-booking", Order.class, Boolean.class);

  /** Hands the parcel over: the units leave the house. */
  public static final Activity<Order, Boolean> HAND_OVER =
      Activity.named("hand-over", Order.class, Boolean.class);

  /** The whole order. */
  public static final Orchestration<Order, Receipt> PROCESS =
      Orchestration.named("process-order", Order.class, Receipt.class, OrderFlow::process);

  /** Its last part, an orchestration of its own. */
  public static final Orchestration<Order, String> SHIP =
      Orchestration.named("ship-order", Order.class, String.class, OrderFlow::ship);

  private static final RetryPolicy RETRIES =
      RetryPolicy.attempts(4)
          .withFirstDelay(Duration.ofMillis(200))
          .withNonRetryable(OutOfStockException.class)
          .withNonRetryable(CardDeclinedException.class);

  /** For what must not be left undone: it leaves a customer without money or goods. */
  private static final RetryPolicy PATIENT =
      RetryPolicy.attempts(20)
          .withFirstDelay(Duration.ofMillis(200))
          .withMaxDelay(Duration.ofSeconds(10));

  private OrderFlow() {}

  private static Receipt process(OrchestrationContext ctx, Order order) {
    Undo undo = new Undo();
    try {
      undo.note(() -> ctx.call(RELEASE, order, PATIENT));
      ctx.call(RESERVE, order, RETRIES).await();

      undo.note(() -> ctx.call(REFUND, order, PATIENT));
      String chargeId = ctx.call(CHARGE, order, RETRIES).await();

      if (order.needsApproval()) {
        awaitApproval(ctx, order);
      }

      return new Receipt(order.id(), chargeId, shipped(ctx, order));
    } catch (RuntimeException e) {
      // Every way out that is not the good end: a step that failed, a cancellation, a mistake in
      // this code. Errors are left alone: the runtime takes code off its thread with one.
      throw undo.after(explained(e));
    }
  }

  private static void awaitApproval(OrchestrationContext ctx, Order order) {
    ctx.call(ASK_APPROVAL, order, RETRIES).await();
    DurableFuture<Approval> answer = ctx.event(APPROVAL_EVENT, Approval.class);
    DurableFuture<?> timeout = ctx.timer(APPROVAL_TIMEOUT);
    if (ctx.select(List.of(answer, timeout)) == 1) {
      throw new OrderFailedException(
          Outcome.APPROVAL_TIMED_OUT, "no answer within " + APPROVAL_TIMEOUT.toSeconds() + " s");
    }
    Approval approval = answer.await();
    if (!approval.approved()) {
      throw new OrderFailedException(Outcome.APPROVAL_DENIED, "denied by " + approval.by());
    }
  }

  private static String shipped(OrchestrationContext ctx, Order order) {
    DurableFuture<String> shipping = ctx.child(SHIP, order);
    try {
      return shipping.await();
    } catch (OrchestrationCancelledException cancelled) {
      // The child is asked as well, and has the last word: what has left the house is delivered.
      try {
        return shipping.await();
      } catch (ChildFailedException e) {
        cancelled.addSuppressed(e);
        throw cancelled;
      }
    }
  }

  private static String ship(OrchestrationContext ctx, Order order) {
    Undo undo = new Undo();
    try {
      undo.note(() -> ctx.call(CANCEL_BOOKING, order, PATIENT));
      String trackingNumber = ctx.call(BOOK, order, RETRIES).await();
      // From here on there is no way back: whether the parcel has left cannot be known otherwise.
      Undo.certainly(() -> ctx.call(HAND_OVER, order, PATIENT));
      return trackingNumber;
    } catch (RuntimeException e) {
      throw undo.after(e);
    }
  }

  private static RuntimeException explained(RuntimeException e) {
    if (e instanceof ChildFailedException child) {
      return new OrderFailedException(Outcome.SHIPPING_FAILED, child.failure().toString());
    }
    if (e instanceof ActivityFailedException activity) {
      String type = activity.failure().type();
      String detail = String.valueOf(activity.failure().message());
      if (type.equals(OutOfStockException.class.getName())) {
        return new OrderFailedException(Outcome.OUT_OF_STOCK, detail);
      }
      if (type.equals(CardDeclinedException.class.getName())) {
        return new OrderFailedException(Outcome.CARD_DECLINED, detail);
      }
    }
    return e;
  }
}
