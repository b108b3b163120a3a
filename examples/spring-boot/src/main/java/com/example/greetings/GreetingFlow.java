// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.RetryPolicy;
import java.util.List;

/** The durable code: greets a guest, waits until the guest has arrived, and greets again. */
final class GreetingFlow {

  static final String ARRIVED = "arrived";

  static final Activity<Guest, String> GREET = Activity.named("greet", Guest.class, String.class);

  static final Orchestration<Guest, Greetings> WELCOME =
      Orchestration.named("welcome", Guest.class, Greetings.class, GreetingFlow::welcome);

  private GreetingFlow() {}

  private static Greetings welcome(OrchestrationContext ctx, Guest guest) {
    String first = ctx.call(GREET, guest, RetryPolicy.attempts(3)).await();
    String door = ctx.event(ARRIVED, String.class).await();
    String second = ctx.call(GREET, new Guest(guest.name() + " at " + door)).await();
    return new Greetings(List.of(first, second));
  }
}
