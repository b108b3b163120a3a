// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.provider.TagFilter;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.worker.ActivityLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * Urgent work is not kept waiting by a mountain of other work: what is bulk has a tag, and the tag
 * has slots of its own. Neither takes those of the other, so that neither can starve.
 */
public final class UrgentBesideBulk {

  static final Activity<String, String> PRINT =
      Activity.named("copy-shop.print", String.class, String.class);

  static final Orchestration<Integer, Integer> CATALOGUE =
      Orchestration.named(
          "catalogue",
          Integer.class,
          Integer.class,
          (ctx, count) -> {
            List<Integer> pages = IntStream.rangeClosed(1, count).boxed().toList();
            ActivityOptions bulk = ActivityOptions.defaults().withTag("bulk");
            return ctx.fanOut(pages, count, page -> ctx.call(PRINT, "page " + page, bulk)).size();
          });

  static final Orchestration<String, String> LETTER =
      Orchestration.named(
          "letter", String.class, String.class, (ctx, text) -> ctx.call(PRINT, text).await());

  private UrgentBesideBulk() {}

  static String run(String url) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch slow = new CountDownLatch(1);
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(
                PRINT,
                (context, text) -> {
                  if (text.startsWith("page")) {
                    begun.countDown();
                    slow.await(); // no page is done before the letter
                  }
                  return text + " is printed";
                })
            .orchestration(CATALOGUE)
            .orchestration(LETTER)
            .servesTags(TagFilter.untaggedOr("bulk"))
            .maxConcurrentActivities(4) // for what has no tag
            .limitTag(ActivityLimit.concurrent(2), "bulk") // and two more for what is bulk
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(CATALOGUE, "catalogue-1", 50);
      begun.await();
      client.start(LETTER, "letter-1", "a letter");
      String letter = client.await(LETTER, "letter-1", Duration.ofMinutes(1));
      slow.countDown();
      int pages = client.await(CATALOGUE, "catalogue-1", Duration.ofMinutes(1));
      return letter + ", and then " + pages + " pages";
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
