// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.Saga;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Steps that are undone, the last one first, when a later one fails for good. */
public final class Compensation {

  static final Activity<String, String> BOOK =
      Activity.named("holiday.book", String.class, String.class);
  static final Activity<String, @Nullable Void> CANCEL =
      Activity.action("holiday.cancel", String.class);

  static final Orchestration<String, String> HOLIDAY =
      Orchestration.named(
          "holiday",
          String.class,
          String.class,
          (ctx, city) -> {
            Saga saga = new Saga(ctx);
            try {
              for (String what : List.of("flight", "hotel", "car")) {
                saga.step(() -> ctx.call(BOOK, what), booking -> ctx.call(CANCEL, booking));
              }
              return "a holiday in " + city;
            } catch (ActivityFailedException e) {
              saga.compensate();
              return "stay at home: " + e.failure().message();
            }
          });

  private Compensation() {}

  static String run(String url) throws Exception {
    Queue<String> cancelled = new ConcurrentLinkedQueue<>();
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(BOOK, (context, what) -> book(what))
            .action(CANCEL, (context, booking) -> cancelled.add(booking))
            .orchestration(HOLIDAY)
            .start()) {
      holdfast.client().start(HOLIDAY, "holiday-1", "Lisbon");
      String outcome = holdfast.client().await(HOLIDAY, "holiday-1", Duration.ofMinutes(1));
      return outcome + "; cancelled " + cancelled;
    }
  }

  private static String book(String what) {
    if (what.equals("car")) {
      throw new IllegalStateException("there is no car");
    }
    return "the " + what;
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
