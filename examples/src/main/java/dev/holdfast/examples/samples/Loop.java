// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A loop over the pages of a list that only an activity can read, until there are no more. */
public final class Loop {

  /** A page of names, and the number of the next page; 0 when this is the last one. */
  record Page(List<String> names, int next) {}

  static final Activity<Integer, Page> FETCH =
      Activity.named("members.fetch-page", Integer.class, Page.class);

  static final Orchestration<Integer, String> MEMBERS =
      Orchestration.named(
          "members",
          Integer.class,
          String.class,
          (ctx, first) -> {
            List<String> names = new ArrayList<>();
            for (int number = first; number != 0; ) {
              Page page = ctx.call(FETCH, number, RetryPolicy.attempts(3)).await();
              names.addAll(page.names());
              number = page.next();
            }
            return names.size() + " members: " + String.join(", ", names);
          });

  private static final List<Page> PAGES =
      List.of(
          new Page(List.of("Ada", "Alan"), 2),
          new Page(List.of("Barbara", "Edsger"), 3),
          new Page(List.of("Grace"), 0));

  private Loop() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(FETCH, (context, number) -> PAGES.get(number - 1))
            .orchestration(MEMBERS)
            .start()) {
      holdfast.client().start(MEMBERS, "members-1", 1);
      return holdfast.client().await(MEMBERS, "members-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
