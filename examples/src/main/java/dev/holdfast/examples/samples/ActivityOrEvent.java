// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** An activity and an event at once: whatever comes first decides, and the other is cancelled. */
public final class ActivityOrEvent {

  static final Activity<String, String> SEARCH =
      Activity.named("search.all", String.class, String.class);
  static final Event<String> FOUND_ELSEWHERE = Event.named("found-elsewhere", String.class);

  static final Orchestration<String, String> FIND =
      Orchestration.named(
          "find",
          String.class,
          String.class,
          (ctx, what) ->
              ctx.select(ctx.call(SEARCH, what), place -> "searched, and found " + place)
                  .or(ctx.event(FOUND_ELSEWHERE), place -> "told that it is " + place)
                  .await());

  private ActivityOrEvent() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(SEARCH, (context, what) -> search(what))
            .orchestration(FIND)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(FIND, "find-keys", "keys");
      client.start(FIND, "find-glasses", "glasses");
      client.raise("find-glasses", FOUND_ELSEWHERE, "on your nose");
      return client.await(FIND, "find-keys", Duration.ofMinutes(1))
          + "; "
          + client.await(FIND, "find-glasses", Duration.ofMinutes(1));
    }
  }

  private static String search(String what) throws InterruptedException {
    if (what.equals("glasses")) {
      new CountDownLatch(1).await(); // searches for ever, until it is cancelled
    }
    return "behind the sofa";
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
