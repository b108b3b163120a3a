// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;

/**
 * An eternal orchestration that removes what it needs no more: of its many executions the newest
 * two stay, so that the store does not grow while it lives.
 */
public final class SelfPruning {

  static final Activity<String, Long> PRUNE =
      Activity.named("patrol.prune", String.class, Long.class);

  static final Orchestration<Integer, String> PATROL =
      Orchestration.named(
          "patrol",
          Integer.class,
          String.class,
          (ctx, round) -> {
            ctx.timer(Duration.ofMillis(10)).await();
            ctx.call(PRUNE, ctx.instanceId()).await();
            return round == 8 ? "home after round 8" : ctx.continueAsNew(round + 1);
          });

  private SelfPruning() {}

  static String run(String url) throws Exception {
    try (HoldfastClient client = HoldfastClient.connect(url);
        Holdfast holdfast =
            Holdfast.builder(url)
                .activity(
                    PRUNE,
                    (context, id) ->
                        client
                            .pruning()
                            .prune(id, ExecutionPruning.Options.keepLast(2))
                            .executions())
                .orchestration(PATROL)
                .start()) {
      holdfast.client().start(PATROL, "patrol-1", 1);
      String outcome = holdfast.client().await(PATROL, "patrol-1", Duration.ofMinutes(1));
      return outcome + ", with " + client.admin().executions("patrol-1").size() + " executions";
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
