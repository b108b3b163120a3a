// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.schedule.CatchUp;
import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.Schedules;
import java.time.Duration;
import java.time.Instant;

/**
 * A report each night at two o'clock in Berlin, and one at once. Nights on which the program did
 * not run are made up for when it is started again, up to seven of them.
 */
public final class NightlySchedule {

  static final Activity<String, String> WRITE = Activity.named("write", String.class, String.class);

  static final Orchestration<String, String> REPORT =
      Orchestration.named(
          "nightly-report",
          String.class,
          String.class,
          (ctx, shop) -> {
            // The moment for which it was planned, not the one at which it runs.
            Instant moment = ctx.scheduledTime().orElse(ctx.now());
            return ctx.call(WRITE, "report of %s for %s".formatted(shop, moment)).await();
          });

  private NightlySchedule() {}

  /** Runs it on the SQLite file that is named, or else on {@code nightly.db}. */
  public static void main(String[] args) throws InterruptedException {
    String file = args.length > 0 ? args[0] : "nightly.db";
    try (Holdfast holdfast =
        Holdfast.builder("sqlite:" + file)
            .activity(WRITE, (ctx, text) -> text + ", written")
            .orchestration(REPORT)
            .start()) {
      Schedules schedules = holdfast.client().schedules();
      schedules.createOrChange( // may be said at each start
          "nightly",
          Schedule.cron("0 2 * * *").zone("Europe/Berlin").catchUp(CatchUp.all(7)),
          REPORT,
          "Corner shop");
      String run = schedules.trigger("nightly");
      System.out.println(holdfast.client().await(REPORT, run, Duration.ofMinutes(1)));
      System.out.println("next: " + schedules.describe("nightly").nextRuns().getFirst());
    }
  }
}
