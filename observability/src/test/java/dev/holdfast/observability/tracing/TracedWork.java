// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import java.time.Duration;

/** What several processes do together. */
final class TracedWork {

  static final Activity<String, String> CHARGE =
      Activity.named("charge", String.class, String.class);

  static final Orchestration<String, String> SHIP =
      Orchestration.named(
          "ship",
          String.class,
          String.class,
          (ctx, in) -> ctx.call(CHARGE, in, RetryPolicy.fixed(2, Duration.ofMillis(1))).await());

  static final Orchestration<String, String> ORDER =
      Orchestration.named(
          "order",
          String.class,
          String.class,
          (ctx, in) ->
              ctx.call(CHARGE, in).await() + ctx.child(SHIP, ctx.instanceId() + "-s", "b").await());

  private TracedWork() {}
}
