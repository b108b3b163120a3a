// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Orchestration;
import java.util.ArrayList;
import java.util.List;

/**
 * An orchestration to be measured.
 *
 * @param orchestration its code, which tells when it is about to end
 * @param units how many units of work one run of it is
 * @param unit the unit per second
 */
record Program(Orchestration<Integer, Integer> orchestration, int units, String unit) {

  /** An activity that does nothing. */
  static final Activity<Integer, Integer> ECHO =
      Activity.named("echo", Integer.class, Integer.class);

  private static final int FAN = 100;
  private static final int CHAIN = 10;

  static Program oneActivity(Ends ends) {
    return activities(1, ends);
  }

  static Program fiveActivities(Ends ends) {
    return activities(5, ends);
  }

  private static Program activities(int count, Ends ends) {
    return new Program(
        Orchestration.named(
            "bench-activities-" + count,
            Integer.class,
            Integer.class,
            (ctx, input) -> {
              int value = input;
              for (int i = 0; i < count; i++) {
                value = ctx.call(ECHO, value).await();
              }
              ends.reached(ctx.instanceId());
              return value;
            }),
        1,
        "orch/s");
  }

  /** {@return code that waits for an event that never comes, and tells when it does so} */
  static Orchestration<Integer, Integer> waiting(Ends ends) {
    return Orchestration.named(
        "bench-waiting",
        Integer.class,
        Integer.class,
        (ctx, input) -> {
          ends.reached(ctx.instanceId());
          return ctx.event("never", Integer.class).await();
        });
  }

  static Program fanOut(Ends ends) {
    return new Program(
        Orchestration.named(
            "bench-fan-out",
            Integer.class,
            Integer.class,
            (ctx, input) -> {
              List<DurableFuture<Integer>> calls = new ArrayList<>();
              for (int i = 0; i < FAN; i++) {
                calls.add(ctx.call(ECHO, i));
              }
              int done = ctx.<Integer>allOf(calls).await().size();
              ends.reached(ctx.instanceId());
              return done;
            }),
        FAN,
        "activities/s");
  }

  static Program chain(Ends ends) {
    return new Program(
        Orchestration.named(
            "bench-chain",
            Integer.class,
            Integer.class,
            (ctx, input) -> {
              if (ctx.executionId() < CHAIN) {
                return ctx.continueAsNew(input);
              }
              ends.reached(ctx.instanceId());
              return input;
            }),
        CHAIN,
        "executions/s");
  }
}
