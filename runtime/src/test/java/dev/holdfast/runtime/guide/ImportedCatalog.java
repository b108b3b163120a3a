// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.worker.ActivityLimit;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;

/** A long import that goes on where it was, and a bank that takes few calls at once. */
final class ImportedCatalog {

  /** How many articles there are; the output is how many this worker has put into the shop. */
  static final Activity<Integer, Integer> IMPORT =
      Activity.named("import-articles", Integer.class, Integer.class);

  /** The fee in cents; the output is the receipt. */
  static final Activity<Integer, String> CHARGE =
      Activity.named("charge", Integer.class, String.class);

  private static final ActivityOptions LONG =
      ActivityOptions.defaults()
          .withRetry(RetryPolicy.exponential(5, Duration.ofSeconds(1)))
          .withHeartbeatTimeout(Duration.ofSeconds(30));

  static final Orchestration<Integer, String> CATALOG =
      Orchestration.named(
          "catalog",
          Integer.class,
          String.class,
          (ctx, articles) -> {
            int imported = ctx.call(IMPORT, articles, LONG).await();
            String receipt = ctx.call(CHARGE, 5 * articles, RetryPolicy.attempts(3)).await();
            return imported + " imported at last, " + receipt;
          });

  private ImportedCatalog() {}

  /** Begins where the attempt or the worker before has ended. */
  static int importArticles(ActivityContext context, int articles, IntConsumer shop) {
    int first = context.lastHeartbeat(Integer.class).orElse(0);
    for (int article = first; article < articles; article++) {
      shop.accept(article); // takes it any number of times
      context.heartbeat(article + 1);
    }
    return articles - first;
  }

  /** The code, and how much of it the bank puts up with: 5 calls at once, 10 a second. */
  static Holdfast.Builder worker(
      String url, IntConsumer shop, BiFunction<String, Integer, String> bank) {
    return Holdfast.builder(url)
        .orchestration(CATALOG)
        .activity(IMPORT, (context, articles) -> importArticles(context, articles, shop))
        .activity(CHARGE, (context, cents) -> bank.apply(context.idempotencyKey(), cents))
        .limit(
            ActivityLimit.concurrent(5).withRate(10, Duration.ofSeconds(1)).acrossWorkers("bank"),
            CHARGE);
  }
}
