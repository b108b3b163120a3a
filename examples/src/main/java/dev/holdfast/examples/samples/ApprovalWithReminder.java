// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A person approves, is reminded as long as nothing comes, and at a deadline it is refused. */
public final class ApprovalWithReminder {

  static final Event<Boolean> DECISION = Event.named("decision", Boolean.class);
  static final Activity<String, @Nullable Void> REMIND =
      Activity.action("expense.remind", String.class);
  static final Duration PAUSE = Duration.ofMillis(50); // a day, outside of a sample

  static final Orchestration<Duration, String> EXPENSE =
      Orchestration.named(
          "expense",
          Duration.class,
          String.class,
          (ctx, time) -> {
            Instant deadline = ctx.now().plus(time);
            DurableFuture<Boolean> decision = ctx.event(DECISION);
            int reminders = 0;
            while (ctx.now().isBefore(deadline)) {
              Instant next = ctx.now().plus(PAUSE);
              DurableFuture<?> pause = ctx.timer(next.isBefore(deadline) ? next : deadline);
              if (ctx.anyIndexOf(List.of(decision, pause)).await() == 0) {
                pause.cancel();
                return decision.await() ? "approved" : "refused";
              }
              ctx.call(REMIND, "reminder " + ++reminders).await();
              ctx.customStatus(reminders);
            }
            return "expired";
          });

  private ApprovalWithReminder() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .action(REMIND, (context, text) -> {})
            .orchestration(EXPENSE)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(EXPENSE, "expense-1", Duration.ofMinutes(1));
      client.start(EXPENSE, "expense-2", Duration.ofMillis(120));
      // Somebody who looks at it after the second reminder.
      client.awaitCustomStatus("expense-1", seen -> seen.version() >= 2, Duration.ofMinutes(1));
      client.raise("expense-1", DECISION, true);
      return client.await(EXPENSE, "expense-1", Duration.ofMinutes(1))
          + " after reminders; without an answer "
          + client.await(EXPENSE, "expense-2", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
