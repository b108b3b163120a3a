// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.List;

/** What is done next depends on what an activity has found out: ordinary branches of Java. */
public final class ControlFlow {

  enum Size {
    LETTER,
    PARCEL,
    FREIGHT
  }

  static final Activity<Integer, Size> WEIGH =
      Activity.named("post.weigh", Integer.class, Size.class);
  static final Activity<Integer, String> STAMP =
      Activity.named("post.stamp", Integer.class, String.class);
  static final Activity<Integer, String> LABEL =
      Activity.named("post.label", Integer.class, String.class);

  static final Orchestration<Integer, String> POST =
      Orchestration.named(
          "post",
          Integer.class,
          String.class,
          (ctx, grams) ->
              switch (ctx.call(WEIGH, grams).await()) {
                case LETTER -> ctx.call(STAMP, grams).await();
                case PARCEL -> ctx.call(LABEL, grams).await();
                case FREIGHT -> "refused: " + grams + " g";
              });

  private ControlFlow() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(WEIGH, (context, grams) -> sizeOf(grams))
            .activity(STAMP, (context, grams) -> "a stamp for " + grams + " g")
            .activity(LABEL, (context, grams) -> "a label for " + grams + " g")
            .orchestration(POST)
            .start()) {
      HoldfastClient client = holdfast.client();
      List<Integer> weights = List.of(20, 4_000, 90_000);
      for (int grams : weights) {
        client.start(POST, "post-" + grams, grams);
      }
      StringBuilder lines = new StringBuilder();
      for (int grams : weights) {
        lines.append(client.await(POST, "post-" + grams, Duration.ofMinutes(1))).append("; ");
      }
      return lines.toString().strip();
    }
  }

  private static Size sizeOf(int grams) {
    return grams <= 1_000 ? Size.LETTER : grams <= 31_500 ? Size.PARCEL : Size.FREIGHT;
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
