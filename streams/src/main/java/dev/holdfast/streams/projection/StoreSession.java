// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page into rows of the store. */
record StoreSession(
    Projections rows,
    String name,
    int generation,
    int shard,
    LogPosition from,
    @Nullable Fence fence)
    implements RowSession {

  @Override
  public Found find(String key) {
    ProjectionRow row = rows.row(name, generation, key).row();
    return row == null ? new Found(null, 0) : new Found(row.value(), row.version());
  }

  @Override
  public void commit(Commit commit) {
    List<RowChange> changes = new ArrayList<>(commit.own());
    commit.rows().forEach(edit -> changes.add(edit.change()));
    rows.update(
        new UpdateProjection(
            name,
            generation,
            changes,
            new Advance(shard, from, commit.to()),
            commit.park(),
            commit.unpark()),
        fence);
  }

  @Override
  public void close() {
    // Nothing is open between the calls.
  }
}
