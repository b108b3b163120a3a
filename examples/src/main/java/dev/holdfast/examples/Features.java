// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceValues;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.TypeRef;
import java.time.Duration;
import java.util.List;

/**
 * The code of {@code docs/features.md}: a film is rendered by workers of two kinds, says how far it
 * is, and keeps what it has. Kept equal to that page by a test.
 */
public final class Features {

  /** How far a film is. */
  record Progress(int done, int of) {}

  static final Activity<String, String> RENDER =
      Activity.named("render", String.class, String.class);
  static final Activity<String, String> PACK = Activity.named("pack", String.class, String.class);

  static final Orchestration<List<String>, String> FILM =
      Orchestration.named(
          "film",
          new TypeRef<List<String>>() {},
          new TypeRef<String>() {},
          (ctx, scenes) -> {
            ActivityOptions onGpu =
                ActivityOptions.defaults()
                    .withTag("gpu") // only workers that serve this tag
                    .withSession("film/" + ctx.instanceId()) // one worker for all scenes
                    .withRetry(RetryPolicy.attempts(3));
            InstanceValues values = ctx.keyValues();
            for (int i = 0; i < scenes.size(); i++) {
              String scene = scenes.get(i);
              values.set("scene/" + scene, ctx.call(RENDER, scene, onGpu).await());
              ctx.customStatus(new Progress(i + 1, scenes.size()));
            }
            StringBuilder film = new StringBuilder();
            for (String key : values.keys()) {
              film.append(values.get(key, String.class));
            }
            return ctx.call(PACK, film.toString()).await();
          });

  private Features() {}

  static Holdfast gpuWorker(String url) {
    return Holdfast.builder(url)
        .activity(RENDER, (ctx, scene) -> "[" + scene + "]")
        .servesTags(TagFilter.tags("gpu"))
        .servesSessions(2) // so many films at once fit into its memory
        .start();
  }

  static Holdfast worker(String url) {
    return Holdfast.builder(url)
        .orchestration(FILM)
        .activity(PACK, (ctx, film) -> film)
        .runtimeVersion(RuntimeVersion.parse("2.1.0"))
        .servesVersions(
            new VersionRange(RuntimeVersion.parse("2.0.0"), RuntimeVersion.parse("2.1.0")))
        .start();
  }

  static void follow(HoldfastClient client, String id) throws InterruptedException {
    long seen = 0;
    Progress progress;
    do {
      CustomStatusValue status = client.awaitCustomStatus(id, seen, Duration.ofMinutes(1));
      seen = status.version();
      progress =
          status.value() == null ? new Progress(0, 1) : status.value().decode(Progress.class);
      System.out.println(progress);
    } while (progress != null && progress.done() < progress.of());
    client.keyValues(id).forEach((key, value) -> System.out.println(key + " = " + value.json()));
  }

  /** Renders a film on a store, and returns it. */
  static String film(String url) throws InterruptedException {
    try (Holdfast worker = worker(url);
        Holdfast gpu = gpuWorker(url)) {
      worker.client().start(FILM, "film-1", List.of("dawn", "noon", "night"));
      follow(gpu.client(), "film-1");
      return worker.client().await(FILM, "film-1", Duration.ofMinutes(1));
    }
  }

  /** Renders a film on the SQLite file that is named, or else on {@code films.db}. */
  public static void main(String[] args) throws InterruptedException {
    System.out.println(film("sqlite:" + (args.length > 0 ? args[0] : "films.db")));
  }
}
