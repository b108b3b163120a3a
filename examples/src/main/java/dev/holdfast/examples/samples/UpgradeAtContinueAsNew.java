// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * An eternal orchestration gets new code: the execution that is under way ends as it began, and the
 * next one follows the change. Nobody has to stop it, or to wait.
 */
public final class UpgradeAtContinueAsNew {

  /** A reading of the meter; the last one ends the sample. */
  record Reading(int value, boolean last) {}

  static final Activity<Integer, @Nullable Void> SHOW =
      Activity.action("meter.show", Integer.class);
  static final Event<Reading> READ = Event.named("read", Reading.class);

  static final Orchestration<Integer, Integer> BEFORE =
      Orchestration.named(
          "meter",
          Integer.class,
          Integer.class,
          (ctx, total) -> {
            ctx.call(SHOW, total).await();
            Reading reading = ctx.event(READ).await();
            int sum = total + reading.value();
            return reading.last() ? sum : ctx.continueAsNew(sum);
          });

  static final Orchestration<Integer, Integer> AFTER =
      Orchestration.named(
          "meter",
          Integer.class,
          Integer.class,
          (ctx, total) -> {
            int factor = ctx.patched("in-thousandths") ? 1_000 : 1; // the same in every replay
            ctx.call(SHOW, total).await();
            Reading reading = ctx.event(READ).await();
            int sum = total + factor * reading.value();
            return reading.last() ? sum : ctx.continueAsNew(sum);
          });

  private UpgradeAtContinueAsNew() {}

  static String run(String url) throws Exception {
    CountDownLatch shown = new CountDownLatch(1);
    try (Holdfast old =
        Holdfast.builder(url)
            .action(SHOW, (context, total) -> shown.countDown())
            .orchestration(BEFORE)
            .start()) {
      old.client().start(BEFORE, "meter-1", 0);
      shown.await(); // the first execution is under way, with the old code
    }
    try (Holdfast updated =
        Holdfast.builder(url).action(SHOW, (context, total) -> {}).orchestration(AFTER).start()) {
      HoldfastClient client = updated.client();
      client.raise("meter-1", READ, new Reading(7, false));
      client.raise("meter-1", READ, new Reading(7, true));
      return "7 the old way and 7 the new way: "
          + client.await(AFTER, "meter-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
