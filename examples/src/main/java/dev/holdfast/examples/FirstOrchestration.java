// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import java.time.Duration;

/**
 * The first program: one activity, called twice with a pause, by code that survives the process it
 * runs in. Kill it during the pause and start it again: it does not greet Ada a second time.
 */
public final class FirstOrchestration {

  // A step with an effect on the world. Only its name and types; the code is registered below.
  static final Activity<String, String> GREET = Activity.named("greet", String.class, String.class);

  // The durable code. Whatever it awaits is stored, and is not done again after a crash.
  static final Orchestration<String, String> GREET_TWICE =
      Orchestration.named(
          "greet-twice",
          String.class,
          String.class,
          (ctx, name) -> {
            String first = ctx.call(GREET, name, RetryPolicy.attempts(3)).await();
            ctx.timer(Duration.ofSeconds(3)).await();
            String second = ctx.call(GREET, name + " again").await();
            return first + " " + second;
          });

  private FirstOrchestration() {}

  /** Runs it on the SQLite file that is named, or else on {@code greetings.db}. */
  public static void main(String[] args) throws InterruptedException {
    String file = args.length > 0 ? args[0] : "greetings.db";
    try (Holdfast holdfast =
        Holdfast.builder("sqlite:" + file)
            .activity(
                GREET,
                (ctx, name) -> {
                  System.out.println("greeting " + name);
                  return "Hello, " + name + "!";
                })
            .orchestration(GREET_TWICE)
            .start()) {
      holdfast.client().start(GREET_TWICE, "greeting-1", "Ada"); // repeating it does nothing
      System.out.println(holdfast.client().await(GREET_TWICE, "greeting-1", Duration.ofMinutes(1)));
    }
  }
}
