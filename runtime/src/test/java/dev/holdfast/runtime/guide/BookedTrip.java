// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.Saga;
import java.io.IOException;
import java.time.Duration;

/** A trip is booked as a whole or not at all. */
final class BookedTrip {

  static final Activity<String, String> FLIGHT =
      Activity.named("book-flight", String.class, String.class);
  static final Activity<String, String> HOTEL =
      Activity.named("book-hotel", String.class, String.class);
  static final Activity<String, Void> CANCEL = Activity.action("cancel-booking", String.class);
  static final Activity<String, String> WEATHER =
      Activity.named("weather", String.class, String.class);

  private static final ActivityOptions PATIENT =
      ActivityOptions.defaults()
          .withRetry(
              RetryPolicy.exponential(10, Duration.ofSeconds(1))
                  .withMaxDelay(Duration.ofMinutes(5))
                  .withJitter(0.2)
                  .withNonRetryable(IllegalArgumentException.class))
          .withAttemptTimeout(Duration.ofMinutes(1))
          .withTimeout(Duration.ofHours(1));

  static final Orchestration<String, String> BOOK =
      Orchestration.named(
          "book-trip",
          String.class,
          String.class,
          (ctx, city) -> {
            Saga saga = new Saga(ctx);
            try {
              String flight =
                  saga.step(() -> ctx.call(FLIGHT, city, PATIENT), id -> ctx.call(CANCEL, id));
              String hotel =
                  saga.step(() -> ctx.call(HOTEL, city, PATIENT), id -> ctx.call(CANCEL, id));
              return flight + ", " + hotel;
            } catch (RuntimeException e) {
              saga.compensate();
              throw e;
            }
          });

  static final Orchestration<String, String> FORECAST =
      Orchestration.named(
          "forecast",
          String.class,
          String.class,
          (ctx, city) -> {
            try {
              return ctx.call(WEATHER, city, RetryPolicy.fixed(2, Duration.ZERO)).await();
            } catch (ActivityFailedException e) {
              Failure why = e.failure();
              return why.is(IOException.class) ? "unknown" : "failed: " + why.type();
            }
          });

  private BookedTrip() {}
}
