// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.RetryPolicy;
import java.sql.SQLException;
import java.time.Duration;

/** The activities: each has one effect, in books that survive all processes. */
final class Steps {

  static final Activity<Long, Long> ADD_ONE =
      Activity.named("soak-add-one", Long.class, Long.class);
  static final Activity<Long, Long> REFUSE = Activity.named("soak-refuse", Long.class, Long.class);

  static final RetryPolicy RETRY = RetryPolicy.fixed(5, Duration.ofMillis(50));

  /** Every so manieth value fails at its first attempt. */
  private static final int FAILS = 7;

  private final Effects effects;

  Steps(Effects effects) {
    this.effects = effects;
  }

  Holdfast.Builder register(Holdfast.Builder builder) {
    builder.activity(ADD_ONE, this::addOne).activity(REFUSE, this::refuse);
    for (Kind kind : Kind.values()) {
      builder.orchestration(kind.orchestration());
    }
    return builder.orchestration(Kind.CHILD);
  }

  private Long addOne(ActivityContext ctx, Long n) throws SQLException {
    if (ctx.attempt() == 1 && n % FAILS == 0) {
      throw new IllegalStateException("every seventh fails at first");
    }
    record(ctx, n);
    return n + 1;
  }

  private Long refuse(ActivityContext ctx, Long n) throws SQLException {
    record(ctx, n);
    throw new IllegalStateException("it always fails");
  }

  private void record(ActivityContext ctx, Long n) throws SQLException {
    effects.record(
        ctx.idempotencyKey(), ctx.instanceId(), ctx.name(), ctx.deliveries(), Long.toString(n));
  }
}
