// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Two ways not to wait for ever: a time-out ends the activity, which fails; a timer beside it lets
 * the code decide, here for an answer that is good enough.
 */
public final class TimeoutOrTimer {

  static final Activity<String, String> ASK =
      Activity.named("price.ask", String.class, String.class);

  private static final Duration SOON = Duration.ofMillis(200);

  static final Orchestration<String, String> STRICT =
      Orchestration.named(
          "price-or-failure",
          String.class,
          String.class,
          (ctx, shop) -> {
            ActivityOptions soon = ActivityOptions.defaults().withTimeout(SOON);
            try {
              return ctx.call(ASK, shop, soon).await();
            } catch (ActivityFailedException e) {
              return e.failure().type().equals(Failure.TIMEOUT) ? "too late" : "failed";
            }
          });

  static final Orchestration<String, String> LENIENT =
      Orchestration.named(
          "price-or-estimate",
          String.class,
          String.class,
          (ctx, shop) ->
              ctx.select(ctx.call(ASK, shop), price -> price)
                  .or(ctx.timer(SOON), none -> "about 10")
                  .await());

  private TimeoutOrTimer() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(ASK, (context, shop) -> answer(shop))
            .orchestration(STRICT)
            .orchestration(LENIENT)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(STRICT, "price-1", "a shop that never answers");
      client.start(LENIENT, "price-2", "a shop that never answers");
      return client.await(STRICT, "price-1", Duration.ofMinutes(1))
          + "; "
          + client.await(LENIENT, "price-2", Duration.ofMinutes(1));
    }
  }

  /** Hangs until its worker interrupts it, which it does when the call is over. */
  private static String answer(String shop) throws InterruptedException {
    new CountDownLatch(1).await();
    return shop;
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
