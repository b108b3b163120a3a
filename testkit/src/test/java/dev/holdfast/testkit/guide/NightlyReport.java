// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit.guide;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.schedule.CatchUp;
import dev.holdfast.runtime.schedule.Overlap;
import dev.holdfast.runtime.schedule.Schedule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** A report of the day before, each night at two. */
final class NightlyReport {

  /** What each run is given. */
  record Job(String shop, ZoneId zone) {}

  static final Activity<LocalDate, Integer> COUNT =
      Activity.named("count-sales", LocalDate.class, Integer.class);

  static final Orchestration<Job, String> REPORT =
      Orchestration.named(
          "report",
          Job.class,
          String.class,
          (ctx, job) -> {
            // The moment for which it was planned, however late it is; now, if it was triggered.
            Instant moment = ctx.scheduledTime().orElse(ctx.now());
            LocalDate day = LocalDate.ofInstant(moment, job.zone()).minusDays(1);
            return "%s sold %d on %s".formatted(job.shop(), ctx.call(COUNT, day).await(), day);
          });

  /** Says what is needed; a program may do that each time it starts. */
  static void schedule(HoldfastClient client) {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    client
        .schedules()
        .createOrChange(
            "nightly",
            Schedule.cron("0 2 * * *").zone(berlin).overlap(Overlap.QUEUE).catchUp(CatchUp.all(7)),
            REPORT,
            new Job("Corner shop", berlin));
  }

  private NightlyReport() {}
}
