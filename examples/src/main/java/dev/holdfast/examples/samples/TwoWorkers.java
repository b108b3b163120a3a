// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;

/** Two workers on one store share the work of an instance. In production each is a process. */
public final class TwoWorkers {

  static final Activity<String, String> CARRY =
      Activity.named("piano.carry", String.class, String.class);

  static final Orchestration<String, String> PIANO =
      Orchestration.named(
          "piano",
          String.class,
          String.class,
          (ctx, room) -> {
            List<String> ends = List.of("left", "right");
            return String.join(" and ", ctx.fanOut(ends, 2, end -> ctx.call(CARRY, end)));
          });

  private TwoWorkers() {}

  static String run(String url) throws Exception {
    CyclicBarrier together = new CyclicBarrier(2); // one worker alone would wait for ever
    try (Holdfast ada = worker(url, "Ada", together);
        Holdfast alan = worker(url, "Alan", together)) {
      ada.client().start(PIANO, "piano-1", "the hall");
      String carried = alan.client().await(PIANO, "piano-1", Duration.ofMinutes(1));
      return "carried by two: " + (carried.contains("Ada") && carried.contains("Alan"));
    }
  }

  private static Holdfast worker(String url, String name, CyclicBarrier together) {
    return Holdfast.builder(url)
        .activity(
            CARRY,
            (context, end) -> {
              together.await();
              return name + " carries the " + end + " end";
            })
        .orchestration(PIANO)
        .maxConcurrentActivities(1)
        .start();
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
