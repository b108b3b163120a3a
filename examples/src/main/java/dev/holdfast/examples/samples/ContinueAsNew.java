// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;

/** A counter that could go on for ever: each execution has a short history and hands on a sum. */
public final class ContinueAsNew {

  /** What one execution hands to the next one. */
  record Sum(int total, int left) {}

  static final Event<Integer> ADD = Event.named("add", Integer.class);

  static final Orchestration<Sum, Integer> COUNTER =
      Orchestration.named(
          "counter",
          Sum.class,
          Integer.class,
          (ctx, sum) -> {
            if (sum.left() == 0) {
              return sum.total();
            }
            int added = ctx.event(ADD).await();
            return ctx.continueAsNew(new Sum(sum.total() + added, sum.left() - 1));
          });

  private ContinueAsNew() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast = Holdfast.builder(url).orchestration(COUNTER).start()) {
      HoldfastClient client = holdfast.client();
      client.start(COUNTER, "counter-1", new Sum(0, 10));
      for (int number = 1; number <= 10; number++) {
        client.raise("counter-1", ADD, number); // what comes early waits for a later execution
      }
      int total = client.await(COUNTER, "counter-1", Duration.ofMinutes(1));
      return total + " after " + client.status("counter-1").executionId() + " executions";
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
