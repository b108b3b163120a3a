// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A request to cancel goes down to children and their children, each of which may clean up. */
public final class CancelCascade {

  static final Activity<String, @Nullable Void> CLEAN_UP =
      Activity.action("rent.clean-up", String.class);
  static final Event<String> RETURNED = Event.named("returned", String.class);

  static final Orchestration<Integer, String> RENT =
      Orchestration.named("rent", Integer.class, String.class, CancelCascade::rent);

  private CancelCascade() {}

  static String rent(OrchestrationContext ctx, int levels) {
    ctx.customStatus("rented");
    try {
      return levels > 1
          ? ctx.child(RENT, ctx.instanceId() + "/below", levels - 1).await()
          : ctx.event(RETURNED).await();
    } catch (OrchestrationCancelledException e) {
      ctx.call(CLEAN_UP, ctx.instanceId()).await(); // works: the request is told once
      throw e;
    }
  }

  static String run(String url) throws Exception {
    Set<String> cleaned = ConcurrentHashMap.newKeySet();
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .action(CLEAN_UP, (context, id) -> cleaned.add(id))
            .orchestration(RENT)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(RENT, "rent-1", 3);
      client.awaitCustomStatus("rent-1/below/below", 0, Duration.ofMinutes(1));
      client.cancel("rent-1", "the customer has gone");
      StringBuilder ends = new StringBuilder();
      for (String id : List.of("rent-1", "rent-1/below", "rent-1/below/below")) {
        ends.append(client.awaitStatus(id, Duration.ofMinutes(1)).state()).append(' ');
      }
      return ends + "and cleaned up: " + new TreeSet<>(cleaned);
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
