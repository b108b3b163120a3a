// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowAnswer;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.provider.support.ProjectionChecks;
import dev.holdfast.provider.support.ProjectionErrors;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StreamChecks;
import dev.holdfast.tck.reference.ProjectionTable.Generation;
import dev.holdfast.tck.reference.ProjectionTable.Projection;
import java.sql.Connection;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Projections. No connection of a caller reaches a store in memory. Thread-safe. */
final class ReferenceProjections implements Projections {

  private static final String UPDATE = "update";

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final ProjectionChecks checks;
  private final ReferenceChanges changes;

  ReferenceProjections(
      ReferenceStore store, OpenHandle handle, RequestChecks checks, ReferenceChanges changes) {
    this.store = store;
    this.handle = handle;
    this.checks = checks.streams().projections();
    this.changes = changes;
  }

  @Override
  public int create(String projection, int newest, int shards, LogPosition startAfter) {
    String operation = "create";
    checks.checkCreate(operation, projection, newest, shards, startAfter);
    return handle.whole(
        operation,
        () -> {
          StreamChecks.checkReached(operation, startAfter, store.streams.head());
          Projection found = store.projections.find(projection);
          int there = found == null ? 0 : found.newest;
          if (there != newest) {
            throw ProjectionErrors.newerGeneration(operation, projection, newest, there);
          }
          Projection made = store.projections.findOrMake(projection);
          made.newest = newest + 1;
          made.generations.put(made.newest, new Generation(shards, startAfter, store.now()));
          return made.newest;
        });
  }

  @Override
  public Optional<ProjectionInfo> projection(String projection) {
    String operation = "projection";
    checks.checkProjection(operation, projection);
    return handle.whole(operation, () -> Optional.ofNullable(store.projections.info(projection)));
  }

  @Override
  public List<String> projections() {
    return handle.whole("projections", store.projections::names);
  }

  @Override
  public ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
    return (ProjectionUpdated) changes.apply(UPDATE, List.of(update), fence).getFirst();
  }

  @Override
  public ProjectionUpdated update(
      Connection connection, UpdateProjection update, @Nullable Fence fence) {
    throw new NotSupported(UPDATE, Feature.TRANSACTIONAL_ENQUEUE);
  }

  @Override
  public void makeLive(String projection, int generation, int live, @Nullable LogPosition atLeast) {
    String operation = "makeLive";
    checks.checkMakeLive(operation, projection, generation, live);
    handle.whole(
        operation,
        () -> {
          Projection found = require(operation, projection);
          Generation next = require(operation, projection, generation);
          if (found.live != live) {
            throw ProjectionErrors.otherIsLive(operation, projection, live, found.live);
          }
          LogPosition demanded = atLeast == null ? store.streams.head() : atLeast;
          if (next.least().isBefore(demanded)) {
            throw ProjectionErrors.behind(
                operation, projection, generation, next.least(), demanded);
          }
          found.live = generation;
          return true;
        });
  }

  @Override
  public DropStep drop(String projection, int generation, int limit) {
    String operation = "drop";
    checks.checkDrop(operation, projection, generation, limit);
    return handle.whole(
        operation,
        () -> {
          Projection found = store.projections.find(projection);
          if (found == null) {
            return new DropStep(0, true);
          }
          if (found.live == generation) {
            throw ProjectionErrors.isLive(operation, projection, generation);
          }
          Generation going = found.generations.remove(generation);
          if (going != null) {
            found.dropped.put(generation, going);
          }
          Generation left = found.dropped.get(generation);
          if (left == null) {
            return new DropStep(0, true);
          }
          int removed = left.remove(limit);
          if (left.isEmpty()) {
            found.dropped.remove(generation);
          }
          return new DropStep(removed, left.isEmpty());
        });
  }

  @Override
  public RowAnswer row(String projection, @Nullable Integer generation, String key) {
    String operation = "row";
    checks.checkRow(operation, projection, generation, key);
    return handle.whole(
        operation,
        () -> {
          int number = number(operation, projection, generation);
          Generation found = require(operation, projection, number);
          ProjectionRow row = found.rows.get(key);
          if (row != null) {
            requireReadable(operation, projection, number, List.of(row));
          }
          return new RowAnswer(number, found.checkpoints(), row);
        });
  }

  @Override
  public RowPage rows(RowRead read) {
    String operation = "rows";
    checks.check(operation, read);
    String projection = read.projection();
    return handle.whole(
        operation,
        () -> {
          int number = number(operation, projection, read.generation());
          Generation found = require(operation, projection, number);
          String after = read.afterKey();
          String prefix = read.keyPrefix();
          List<ProjectionRow> rows =
              (after == null ? found.rows : found.rows.tailMap(after, false))
                  .values().stream()
                      .filter(row -> prefix == null || row.key().startsWith(prefix))
                      .limit(read.limit() + 1L)
                      .toList();
          List<ProjectionRow> page = rows.subList(0, Math.min(rows.size(), read.limit()));
          requireReadable(operation, projection, number, page);
          return new RowPage(
              number,
              found.checkpoints(),
              page,
              rows.size() > page.size() ? page.getLast().key() : null);
        });
  }

  @Override
  public List<ParkedEvent> parked(String projection, int generation, LogPosition after, int limit) {
    String operation = "parked";
    checks.checkParked(operation, projection, generation, limit);
    return handle.whole(
        operation,
        () ->
            require(operation, projection, generation)
                .parked
                .tailMap(after, false)
                .values()
                .stream()
                .limit(limit)
                .toList());
  }

  private int number(String operation, String projection, @Nullable Integer generation) {
    Projection found = require(operation, projection);
    return generation == null ? found.live : generation;
  }

  private Projection require(String operation, String projection) {
    Projection found = store.projections.find(projection);
    if (found == null) {
      throw ProjectionErrors.noProjection(operation, projection);
    }
    return found;
  }

  private Generation require(String operation, String projection, int generation) {
    Generation found = require(operation, projection).generations.get(generation);
    if (found == null) {
      throw ProjectionErrors.noGeneration(operation, projection, generation);
    }
    return found;
  }

  private void requireReadable(
      String operation, String projection, int generation, Collection<ProjectionRow> rows) {
    for (ProjectionRow row : rows) {
      if (store.projections.isDamaged(row)) {
        throw ProjectionErrors.unreadable(operation, projection, generation, row.key(), null);
      }
    }
  }
}
