// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * Calls to an outside API, at most one each 50 ms in the whole system: an instance hands out the
 * turns, one after another, to all workers of the store. Where all that is limited is how often an
 * activity begins, {@link dev.holdfast.worker.ActivityLimit} needs no instance; this is for limits
 * that code decides.
 */
public final class RateLimit {

  static final Event<String> ASK = Event.named("ask-for-a-turn", String.class);
  static final Event<Instant> TURN = Event.named("your-turn", Instant.class);
  static final Activity<String, String> CALL =
      Activity.named("weather.call", String.class, String.class);

  static final Orchestration<Duration, String> LIMITER =
      Orchestration.named(
          "weather-limiter",
          Duration.class,
          String.class,
          (ctx, every) -> {
            String caller = ctx.mailbox(ASK).next().await();
            ctx.raise(caller, TURN, ctx.now());
            ctx.timer(every).await();
            return ctx.continueAsNew(every); // who asks meanwhile stays in the mailbox
          });

  static final Orchestration<String, Instant> WEATHER =
      Orchestration.named(
          "weather-of",
          String.class,
          Instant.class,
          (ctx, city) -> {
            ctx.raise("weather-limiter", ASK, ctx.instanceId());
            Instant turn = ctx.event(TURN).await();
            ctx.call(CALL, city).await();
            return turn;
          });

  private RateLimit() {}

  static String run(String url) throws Exception {
    Duration every = Duration.ofMillis(50);
    List<String> cities = List.of("Oslo", "Rome", "Lima", "Cairo");
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(CALL, (context, city) -> "sunny in " + city)
            .orchestration(LIMITER)
            .orchestration(WEATHER)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(LIMITER, "weather-limiter", every);
      for (String city : cities) {
        client.start(WEATHER, "weather/" + city, city);
      }
      TreeSet<Instant> turns = new TreeSet<>();
      for (String city : cities) {
        turns.add(client.await(WEATHER, "weather/" + city, Duration.ofMinutes(1)));
      }
      client.cancel("weather-limiter", "all have called");
      boolean kept =
          turns.stream().skip(1).allMatch(at -> !at.isBefore(turns.lower(at).plus(every)));
      return turns.size() + " calls, limit kept: " + kept;
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
