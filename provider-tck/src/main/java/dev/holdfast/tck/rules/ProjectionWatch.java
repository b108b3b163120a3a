// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.tck.words.Expect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at a projection again and again. Used by one thread. */
final class ProjectionWatch {

  private final Projected through;
  private final String projection;
  private final Map<Integer, List<ShardInfo>> shards = new HashMap<>();
  private @Nullable ProjectionInfo last;

  ProjectionWatch(Projected through, String projection) {
    this.through = through;
    this.projection = projection;
  }

  /** Expects that nothing is less than at the last look. */
  void look() {
    ProjectionInfo now = through.info(projection);
    List<Integer> numbers =
        now.generations().stream().map(GenerationInfo::generation).sorted().distinct().toList();
    Expect.equal(
        "Generations are not in order.",
        numbers,
        now.generations().stream().map(GenerationInfo::generation).toList());
    Expect.that(
        "The live generation is not there.",
        "one of " + numbers,
        now.live(),
        numbers.contains(now.live()));
    Expect.that(
        "The newest generation is older than one that is there.",
        numbers.getLast() <= now.newest());
    ProjectionInfo before = last;
    if (before != null) {
      Expect.that("The live generation fell.", before.live() <= now.live());
      Expect.that("The newest generation fell.", before.newest() <= now.newest());
    }
    last = now;
    for (GenerationInfo one : now.generations()) {
      List<ShardInfo> former = shards.put(one.generation(), one.shards());
      for (int n = 0; former != null && n < former.size(); n++) {
        ShardInfo was = former.get(n);
        ShardInfo is = one.shards().get(n);
        Expect.that("A checkpoint fell.", was, is, !is.checkpoint().isBefore(was.checkpoint()));
        Expect.that("A time of update fell.", was, is, !is.updatedAt().isBefore(was.updatedAt()));
      }
    }
  }
}
