// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.List;

/**
 * Versions side by side: each instance stays with the version that it was started with, callers
 * choose one, and what they should choose unless they know better has a name: {@code LATEST}.
 */
public final class LatestOrExact {

  static final Event<Integer> COUNT = Event.named("count", Integer.class);

  static final Orchestration<String, String> QUOTE_1 =
      Orchestration.named(
              "quote",
              String.class,
              String.class,
              (ctx, item) -> item + ": " + ctx.event(COUNT).await() * 10)
          .version("1");

  static final Orchestration<String, String> QUOTE_2 =
      Orchestration.named(
              "quote",
              String.class,
              String.class,
              (ctx, item) -> item + ": " + (ctx.event(COUNT).await() * 10 - 1) + " with discount")
          .version("2");

  static final Orchestration<String, String> LATEST = QUOTE_2;

  private LatestOrExact() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url).orchestration(QUOTE_1).orchestration(QUOTE_2).start()) {
      HoldfastClient client = holdfast.client();
      client.start(LATEST, "quote-latest", "pens");
      client.start(QUOTE_1, "quote-exact", "pens");
      client.start(LATEST.version("3"), "quote-unknown", "pens"); // waits for a worker with it
      for (String id : List.of("quote-latest", "quote-exact", "quote-unknown")) {
        client.raise(id, COUNT, 3);
      }
      return client.await(LATEST, "quote-latest", Duration.ofMinutes(1))
          + "; "
          + client.await(QUOTE_1, "quote-exact", Duration.ofMinutes(1))
          + "; version 3: "
          + client.status("quote-unknown").state();
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
