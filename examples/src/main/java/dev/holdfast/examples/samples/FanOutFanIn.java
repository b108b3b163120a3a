// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.TypeRef;
import java.time.Duration;
import java.util.List;

/** An activity for each item, three at a time, and one sum of their results. */
public final class FanOutFanIn {

  static final Activity<String, Integer> COUNT =
      Activity.named("words.count", String.class, Integer.class);

  static final Orchestration<List<String>, Integer> WORDS =
      Orchestration.named(
          "words",
          new TypeRef<List<String>>() {},
          new TypeRef<Integer>() {},
          (ctx, lines) ->
              ctx.fanOut(lines, 3, line -> ctx.call(COUNT, line)).stream()
                  .mapToInt(Integer::intValue)
                  .sum());

  private FanOutFanIn() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(COUNT, (context, line) -> line.split(" ").length)
            .orchestration(WORDS)
            .start()) {
      List<String> lines =
          List.of("so much depends", "upon", "a red wheel", "barrow", "glazed with rain", "water");
      holdfast.client().start(WORDS, "words-1", lines);
      return holdfast.client().await(WORDS, "words-1", Duration.ofMinutes(1)) + " words";
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
