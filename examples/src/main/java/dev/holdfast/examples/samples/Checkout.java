// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An order waits for its payment, but not for ever; what was reserved is released again. */
public final class Checkout {

  static final Activity<String, @Nullable Void> RESERVE =
      Activity.action("checkout.reserve", String.class);
  static final Activity<String, @Nullable Void> RELEASE =
      Activity.action("checkout.release", String.class);
  static final Activity<String, String> SHIP =
      Activity.named("checkout.ship", String.class, String.class);
  static final Event<String> PAID = Event.named("paid", String.class);

  static final Orchestration<String, String> CHECKOUT =
      Orchestration.named(
          "paid-checkout",
          String.class,
          String.class,
          (ctx, order) -> {
            ctx.call(RESERVE, order).await();
            boolean paid =
                ctx.select(ctx.event(PAID), reference -> true)
                    .or(ctx.timer(Duration.ofDays(3)), none -> false)
                    .await();
            if (!paid) {
              ctx.call(RELEASE, order).await();
              return "expired";
            }
            return ctx.call(SHIP, order).await();
          });

  private Checkout() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .orchestration(CHECKOUT)
            .action(RESERVE, (context, order) -> {})
            .action(RELEASE, (context, order) -> {})
            .activity(SHIP, (context, order) -> "shipped " + order)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(CHECKOUT, "order-1", "order-1");
      client.raise("order-1", PAID, "payment-7");
      return client.await(CHECKOUT, "order-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
