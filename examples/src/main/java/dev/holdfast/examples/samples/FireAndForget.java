// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;

/** Starts an instance that outlives the one that starts it, and does not tell it how it ends. */
public final class FireAndForget {

  static final Activity<String, String> SURVEY =
      Activity.named("survey.send", String.class, String.class);

  static final Orchestration<String, String> FOLLOW_UP =
      Orchestration.named(
          "follow-up",
          String.class,
          String.class,
          (ctx, customer) -> {
            ctx.timer(Duration.ofMillis(200)).await(); // weeks, where it is not a sample
            return ctx.call(SURVEY, customer).await();
          });

  static final Orchestration<String, String> SALE =
      Orchestration.named(
          "sale",
          String.class,
          String.class,
          (ctx, customer) -> {
            // Stored together with the end of this instance, or not at all.
            ctx.start(FOLLOW_UP, "follow-up/" + customer, customer);
            return "sold to " + customer;
          });

  private FireAndForget() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(SURVEY, (context, customer) -> customer + " was asked")
            .orchestration(FOLLOW_UP)
            .orchestration(SALE)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(SALE, "sale-1", "Ada");
      return client.await(SALE, "sale-1", Duration.ofMinutes(1))
          + "; "
          + client.await(FOLLOW_UP, "follow-up/Ada", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
