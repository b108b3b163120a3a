// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.Settled;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Many things at once, and the first of several. */
final class RenderedFilm {

  static final Activity<Integer, String> RENDER =
      Activity.named("render-scene", Integer.class, String.class);
  static final Event<Boolean> APPROVED = Event.named("approved", Boolean.class);
  static final Event<String> WISH = Event.named("wish", String.class);

  /** At most ten scenes at a time; the first that fails ends it. */
  static final Orchestration<Integer, String> FILM =
      Orchestration.named(
          "film",
          Integer.class,
          String.class,
          (ctx, count) -> {
            List<Integer> scenes = IntStream.range(0, count).boxed().toList();
            List<String> frames = ctx.fanOut(scenes, 10, scene -> ctx.call(RENDER, scene));
            return String.join(" ", frames);
          });

  /** What can be rendered of it. */
  static final Orchestration<Integer, Integer> DRAFT =
      Orchestration.named(
          "draft",
          Integer.class,
          Integer.class,
          (ctx, count) -> {
            List<Integer> scenes = IntStream.range(0, count).boxed().toList();
            int rendered = 0;
            for (Settled<String> scene :
                ctx.fanOutSettled(scenes, 10, number -> ctx.call(RENDER, number))) {
              rendered += scene instanceof Settled.Succeeded<String> ? 1 : 0;
            }
            return rendered;
          });

  /** Waits for an approval, but not for ever, and tells the cutter. */
  static final Orchestration<String, String> RELEASE =
      Orchestration.named(
          "release",
          String.class,
          String.class,
          (ctx, film) -> {
            String outcome =
                ctx.select(ctx.event(APPROVED), yes -> yes ? "released" : "refused")
                    .or(ctx.timer(Duration.ofDays(3)), none -> "expired")
                    .await();
            ctx.raise("cutter", WISH, film + " was " + outcome);
            return outcome;
          });

  /** One instance that takes its messages one after another, for ever. */
  static final Orchestration<String, String> CUTTER =
      Orchestration.named(
          "cutter",
          String.class,
          String.class,
          (ctx, last) -> {
            String wish = ctx.mailbox(WISH).next().await();
            ctx.customStatus(wish);
            return wish.equals("stop") ? last : ctx.continueAsNew(wish);
          });

  private RenderedFilm() {}
}
