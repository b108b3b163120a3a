// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowAnswer;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes calls of projections on; broken variants override one. */
class Projecting extends Forwarding {

  final Projections right;
  final Changes changes;
  final EventStreams streams;

  Projecting(Provider inner) {
    super(inner);
    right = inner.capability(Projections.class).orElseThrow();
    changes = inner.capability(Changes.class).orElseThrow();
    streams = inner.capability(EventStreams.class).orElseThrow();
  }

  /** An update on its way in. */
  UpdateProjection written(UpdateProjection update) {
    return update;
  }

  final List<Change> written(List<Change> list) {
    return list.stream()
        .map(change -> change instanceof UpdateProjection update ? written(update) : change)
        .toList();
  }

  /** The same update with other rows. */
  static UpdateProjection with(UpdateProjection update, List<RowChange> rows) {
    return new UpdateProjection(
        update.projection(),
        update.generation(),
        rows,
        update.advance(),
        update.park(),
        update.unpark());
  }

  /** The same update from another checkpoint. */
  static UpdateProjection with(UpdateProjection update, @Nullable Advance advance) {
    return new UpdateProjection(
        update.projection(),
        update.generation(),
        update.rows(),
        advance,
        update.park(),
        update.unpark());
  }

  List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
    return changes.apply(written(list), fence);
  }

  ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
    return right.update(written(update), fence);
  }

  ProjectionUpdated update(Connection connection, UpdateProjection update, @Nullable Fence fence) {
    return right.update(connection, update, fence);
  }

  int create(String projection, int newest, int shards, LogPosition startAfter) {
    return right.create(projection, newest, shards, startAfter);
  }

  Optional<ProjectionInfo> info(String projection) {
    return right.projection(projection);
  }

  List<String> names() {
    return right.projections();
  }

  void makeLive(String projection, int generation, int live, @Nullable LogPosition atLeast) {
    right.makeLive(projection, generation, live, atLeast);
  }

  DropStep drop(String projection, int generation, int limit) {
    return right.drop(projection, generation, limit);
  }

  RowAnswer row(String projection, @Nullable Integer generation, String key) {
    return right.row(projection, generation, key);
  }

  RowPage rows(RowRead read) {
    return right.rows(read);
  }

  List<ParkedEvent> parked(String projection, int generation, LogPosition after, int limit) {
    return right.parked(projection, generation, after, limit);
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return inner.ackOrchestrationItem(ack.withChanges(written(ack.changes())));
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return inner.ackActivityItem(ack.withChanges(written(ack.changes())));
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    if (type == Projections.class) {
      return Optional.of(type.cast(projections));
    }
    if (type == Changes.class) {
      return Optional.of(type.cast(alone));
    }
    return super.capability(type);
  }

  private final Changes alone =
      new Changes() {
        @Override
        public int maxChanges() {
          return changes.maxChanges();
        }

        @Override
        public List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
          return Projecting.this.apply(list, fence);
        }
      };

  private final Projections projections =
      new Projections() {
        @Override
        public int create(String projection, int newest, int shards, LogPosition startAfter) {
          return Projecting.this.create(projection, newest, shards, startAfter);
        }

        @Override
        public Optional<ProjectionInfo> projection(String projection) {
          return Projecting.this.info(projection);
        }

        @Override
        public List<String> projections() {
          return Projecting.this.names();
        }

        @Override
        public ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
          return Projecting.this.update(update, fence);
        }

        @Override
        public ProjectionUpdated update(
            Connection connection, UpdateProjection update, @Nullable Fence fence) {
          return Projecting.this.update(connection, update, fence);
        }

        @Override
        public void makeLive(
            String projection, int generation, int live, @Nullable LogPosition atLeast) {
          Projecting.this.makeLive(projection, generation, live, atLeast);
        }

        @Override
        public DropStep drop(String projection, int generation, int limit) {
          return Projecting.this.drop(projection, generation, limit);
        }

        @Override
        public RowAnswer row(String projection, @Nullable Integer generation, String key) {
          return Projecting.this.row(projection, generation, key);
        }

        @Override
        public RowPage rows(RowRead read) {
          return Projecting.this.rows(read);
        }

        @Override
        public List<ParkedEvent> parked(
            String projection, int generation, LogPosition after, int limit) {
          return Projecting.this.parked(projection, generation, after, limit);
        }
      };
}
