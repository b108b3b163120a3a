// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;

/** A tag that nobody serves: the activity waits, the store says for what, and a worker may come. */
public final class UnservedTag {

  static final Activity<String, String> FOLD =
      Activity.named("protein.fold", String.class, String.class);

  static final Orchestration<String, String> PROTEIN =
      Orchestration.named(
          "protein",
          String.class,
          String.class,
          (ctx, sequence) -> {
            ctx.customStatus("folding"); // stored with the activity
            return ctx.call(FOLD, sequence, ActivityOptions.defaults().withTag("gpu")).await();
          });

  private UnservedTag() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .orchestration(PROTEIN)
            .activity(FOLD, (context, sequence) -> "never here, without the tag")
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(PROTEIN, "protein-1", "MKT");
      client.awaitCustomStatus("protein-1", 0, Duration.ofMinutes(1));
      InstanceFacts facts = client.admin().facts("protein-1");
      String waits = facts.oldestActivity() == null ? "" : facts.oldestActivity().tag() + "";
      return facts.standing() + " with tag " + waits + "; then " + serve(url);
    }
  }

  private static String serve(String url) throws InterruptedException {
    try (Holdfast gpu =
        Holdfast.builder(url)
            .activity(FOLD, (context, sequence) -> sequence + " is folded")
            .servesTags(TagFilter.tags("gpu"))
            .start()) {
      return gpu.client().await(PROTEIN, "protein-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
