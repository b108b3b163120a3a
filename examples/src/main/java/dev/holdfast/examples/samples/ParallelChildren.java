// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.TypeRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Children that run side by side, on whichever workers there are; the parent waits for all. */
public final class ParallelChildren {

  static final Activity<String, Integer> SALES =
      Activity.named("region.sales", String.class, Integer.class);

  static final Orchestration<String, Integer> REGION =
      Orchestration.named(
          "region",
          String.class,
          Integer.class,
          (ctx, region) -> ctx.call(SALES, region).await() * 12);

  static final Orchestration<List<String>, Integer> YEAR =
      Orchestration.named(
          "year",
          new TypeRef<List<String>>() {},
          new TypeRef<Integer>() {},
          (ctx, regions) -> {
            List<DurableFuture<Integer>> open = new ArrayList<>();
            for (String region : regions) {
              open.add(ctx.child(REGION, ctx.instanceId() + "/" + region, region));
            }
            return ctx.allOf(open).await().stream().mapToInt(Integer::intValue).sum();
          });

  private ParallelChildren() {}

  static String run(String url) throws Exception {
    Map<String, Integer> sales = Map.of("north", 10, "south", 20, "west", 30);
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(SALES, (context, region) -> sales.getOrDefault(region, 0))
            .orchestration(REGION)
            .orchestration(YEAR)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(YEAR, "year-2025", List.of("north", "south", "west"));
      int sum = client.await(YEAR, "year-2025", Duration.ofMinutes(1));
      return sum + " of " + client.admin().children("year-2025");
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
