// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The time, ids and random numbers come from the context, and are the same whenever the code runs
 * again. Here it does so at each step, because the worker keeps no execution in memory.
 */
public final class ClockAndIds {

  /** What a ticket is made of. */
  record Ticket(UUID id, Instant at, int seat) {}

  static final Activity<Ticket, String> PRINT =
      Activity.named("ticket.print", Ticket.class, String.class);

  /** What the code has made, each time it ran. An orchestration must not do this. */
  static final Queue<Ticket> MADE = new ConcurrentLinkedQueue<>();

  static final Orchestration<String, String> TICKET =
      Orchestration.named(
          "ticket",
          String.class,
          String.class,
          (ctx, name) -> {
            Ticket ticket = new Ticket(ctx.uuid(), ctx.now(), ctx.random().nextInt(400));
            MADE.add(ticket);
            ctx.call(PRINT, ticket).await();
            ctx.timer(Duration.ofMillis(50)).await();
            return ctx.call(PRINT, ticket).await();
          });

  private ClockAndIds() {}

  static String run(String url) throws Exception {
    MADE.clear();
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(PRINT, (context, ticket) -> "ticket " + ticket.id())
            .orchestration(TICKET)
            .cacheSize(0)
            .start()) {
      holdfast.client().start(TICKET, "ticket-1", "Ada");
      holdfast.client().await(TICKET, "ticket-1", Duration.ofMinutes(1));
      return "made again and again, and always the same: "
          + (MADE.size() > 1 && MADE.stream().distinct().count() == 1);
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
