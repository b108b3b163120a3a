// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.provider.TagFilter;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;

/** Two kinds of workers: what has a tag is done by those that serve the tag, the rest by others. */
public final class TaggedWorkers {

  static final Activity<String, String> DRAW =
      Activity.named("poster.draw", String.class, String.class);
  static final Activity<String, String> PRINT =
      Activity.named("poster.print", String.class, String.class);

  static final Orchestration<String, String> POSTER =
      Orchestration.named(
          "poster",
          String.class,
          String.class,
          (ctx, title) -> {
            ActivityOptions onPrinter = ActivityOptions.defaults().withTag("printer");
            String drawing = ctx.call(DRAW, title).await();
            return ctx.call(PRINT, drawing, onPrinter).await();
          });

  private TaggedWorkers() {}

  static String run(String url) throws Exception {
    try (Holdfast office =
            Holdfast.builder(url)
                .orchestration(POSTER)
                .activity(DRAW, (context, title) -> title + ", drawn in the office")
                .activity(PRINT, (context, drawing) -> "the office cannot print")
                .start();
        Holdfast cellar =
            Holdfast.builder(url)
                .activity(DRAW, (context, title) -> "the cellar cannot draw")
                .activity(PRINT, (context, drawing) -> drawing + ", printed in the cellar")
                .servesTags(TagFilter.tags("printer"))
                .start()) {
      office.client().start(POSTER, "poster-1", "a poster");
      return cellar.client().await(POSTER, "poster-1", Duration.ofMinutes(1));
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
