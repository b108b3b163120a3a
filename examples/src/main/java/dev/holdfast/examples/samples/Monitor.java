// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks at something outside again and again, with longer and longer pauses, up to a deadline. */
public final class Monitor {

  static final Activity<String, Boolean> IS_READY =
      Activity.named("export.is-ready", String.class, Boolean.class);

  static final Orchestration<String, String> EXPORT =
      Orchestration.named(
          "export",
          String.class,
          String.class,
          (ctx, job) -> {
            Instant deadline = ctx.now().plus(Duration.ofMinutes(1));
            Duration pause = Duration.ofMillis(20);
            int looks = 1;
            while (!ctx.call(IS_READY, job, RetryPolicy.attempts(3)).await()) {
              if (!ctx.now().isBefore(deadline)) {
                return job + " is not ready in time";
              }
              ctx.timer(pause).await(); // needs no thread, and outlives this process
              pause = pause.multipliedBy(2);
              looks++;
            }
            return job + " is ready at look " + looks;
          });

  private Monitor() {}

  static String run(String url) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(IS_READY, (context, job) -> asked.incrementAndGet() >= 4)
            .orchestration(EXPORT)
            .start()) {
      holdfast.client().start(EXPORT, "export-1", "the export");
      return holdfast.client().await(EXPORT, "export-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
