// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Children that have children: an orchestration that calls itself, three levels deep. */
public final class ThreeLevels {

  /** A folder, and what is in it. */
  record Folder(String name, int files, List<Folder> folders) {}

  static final Activity<String, Integer> SCAN =
      Activity.named("folder.scan", String.class, Integer.class);

  // A method, because code in a field cannot name that field.
  static final Orchestration<Folder, Integer> TREE =
      Orchestration.named("folder-tree", Folder.class, Integer.class, ThreeLevels::count);

  private ThreeLevels() {}

  static Integer count(OrchestrationContext ctx, Folder folder) {
    List<DurableFuture<Integer>> below = new ArrayList<>();
    for (Folder inner : folder.folders()) {
      below.add(ctx.child(TREE, inner));
    }
    int files = ctx.call(SCAN, folder.name()).await() * folder.files();
    for (int more : ctx.allOf(below).await()) {
      files += more;
    }
    return files;
  }

  static String run(String url) throws Exception {
    Folder photos = new Folder("photos", 1, List.of(new Folder("2024", 20, List.of())));
    Folder home = new Folder("home", 3, List.of(photos, new Folder("music", 400, List.of())));
    try (Holdfast holdfast =
        Holdfast.builder(url).activity(SCAN, (context, name) -> 1).orchestration(TREE).start()) {
      HoldfastClient client = holdfast.client();
      client.start(TREE, "tree-1", home);
      int files = client.await(TREE, "tree-1", Duration.ofMinutes(1));
      return files + " files, seen by " + client.admin().tree("tree-1").size() + " instances";
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
