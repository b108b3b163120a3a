// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.provider.support.ProjectionChecks;
import dev.holdfast.provider.support.ProjectionErrors;
import dev.holdfast.tck.reference.ProjectionTable.Generation;
import dev.holdfast.tck.reference.ProjectionTable.Projection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the updates of one call make of projections: copies of the generations that they name, which
 * take their place when all was checked. Runs under the store's lock.
 */
final class ProjectionDraft {

  private record Build(String projection, int generation) {}

  private final String operation;
  private final ProjectionTable table;
  private final LogPosition head;
  private final Instant now;
  private final Map<Build, Generation> drafted = new LinkedHashMap<>();

  ProjectionDraft(String operation, ProjectionTable table, LogPosition head, Instant now) {
    this.operation = operation;
    this.table = table;
    this.head = head;
    this.now = now;
  }

  /** Checks an update against the ones before it. */
  ProjectionUpdated add(UpdateProjection update) {
    Generation generation = generation(update);
    ProjectionChecks.checkReached(operation, update, head);
    Advance advance = update.advance();
    if (advance != null) {
      ProjectionChecks.checkShard(operation, advance, generation.shards.size());
      LogPosition found = generation.shards.get(advance.shard()).checkpoint();
      if (!found.equals(advance.from())) {
        throw ProjectionErrors.otherCheckpoint(operation, update, advance, found);
      }
      generation.shards.set(advance.shard(), new ShardInfo(advance.to(), now));
    }
    List<Long> versions = new ArrayList<>();
    for (RowChange change : update.rows()) {
      versions.add(change(update, generation, change));
    }
    for (LogPosition position : update.unpark()) {
      if (generation.parked.remove(position) == null) {
        throw ProjectionErrors.notParked(operation, update, position);
      }
    }
    for (ParkedEvent event : update.park()) {
      generation.parked.put(event.position(), parked(event));
    }
    return new ProjectionUpdated(versions);
  }

  private Generation generation(UpdateProjection update) {
    String name = update.projection();
    int number = update.generation();
    Projection projection = table.find(name);
    if (projection == null) {
      throw ProjectionErrors.noProjection(operation, name);
    }
    Generation stored = projection.generations.get(number);
    if (stored == null) {
      throw ProjectionErrors.noGeneration(operation, name, number);
    }
    if (update.advance() == null && projection.live != number) {
      throw ProjectionErrors.otherIsLive(operation, name, number, projection.live);
    }
    return drafted.computeIfAbsent(new Build(name, number), build -> stored.copy());
  }

  private long change(UpdateProjection update, Generation generation, RowChange change) {
    String key = change.key();
    @Nullable ProjectionRow there = generation.rows.get(key);
    long found = there == null ? 0 : there.version();
    Long seen = change.seenVersion();
    if (seen != null && seen != found) {
      throw ProjectionErrors.otherVersion(operation, update, key, seen, found);
    }
    return switch (change) {
      case RowChange.Put put -> {
        long version = table.nextVersion();
        generation.rows.put(key, new ProjectionRow(key, put.value(), version));
        yield version;
      }
      case RowChange.Remove remove -> {
        generation.rows.remove(key);
        yield 0;
      }
    };
  }

  private ParkedEvent parked(ParkedEvent event) {
    return new ParkedEvent(
        event.position(), event.stream(), event.version(), event.attempts(), event.error(), now);
  }

  /** Writes what was checked. */
  void write() {
    drafted.forEach((build, generation) ->
        table.findOrMake(build.projection()).generations.put(build.generation(), generation));
  }
}
