// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are folded from the log. What a projection shows and how far it has read are one
 * commit, whoever writes it and wherever (PROJECTION-04). Generations are built beside the live one
 * and share nothing with it but the name (PROJECTION-15).
 *
 * <p>What names a projection or generation that is not there is {@link ProviderError.NotFound}.
 * Reads take no lock and show one committed state (PROJECTION-11). A row that cannot be read is
 * {@link ProviderError.CorruptData} and stops no other (PROJECTION-30). Thread-safe; fails like
 * {@link dev.holdfast.provider.Provider}.
 */
public interface Projections extends Capability {

  /**
   * Makes the next generation, without rows (PROJECTION-03). The first one of a name is live at
   * once, later ones are not (PROJECTION-02).
   *
   * @param projection the name
   * @param newest the greatest generation that the caller knows, 0 for none
   * @param shards how many parts have a checkpoint of their own, from 1 to {@link
   *     StreamLimits#maxShards()}
   * @param startAfter the checkpoint of every shard to begin with
   * @return the number of the generation: {@code newest} + 1
   * @throws ProviderError.VersionConflict when there is a newer one
   * @throws ProviderError.InvalidRequest when a number is out of range, or the position lies behind
   *     the head
   */
  int create(String projection, int newest, int shards, LogPosition startAfter);

  /**
   * Tells what there is of a projection (PROJECTION-28).
   *
   * @param projection the name
   * @return what there is, empty for an unknown name
   * @throws ProviderError.InvalidRequest when the name is no identifier
   */
  Optional<ProjectionInfo> projection(String projection);

  /** {@return the names of all projections, in code point order} */
  List<String> projections();

  /**
   * Updates a projection: {@link dev.holdfast.provider.Changes#apply} of this one change.
   *
   * @param update the update
   * @param fence as there, null for none
   * @return the versions of the rows
   * @throws ProviderError.LockLost when the fence is not live, also when the checkpoint still fits
   *     (PROJECTION-21)
   * @throws ProviderError.VersionConflict when the stored checkpoint is another one
   *     (PROJECTION-05), with {@link ProviderError.VersionConflict#foundPosition}; when a row has
   *     another version (PROJECTION-10); when an inline update is not for the live generation
   *     (PROJECTION-14)
   * @throws ProviderError.NotFound when there is no such generation, or a position is not parked
   * @throws ProviderError.InvalidRequest when there are too many rows, a value is over the payload
   *     limit, the shard is out of range, or a position lies behind the head (PROJECTION-06)
   */
  ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence);

  /**
   * Updates a projection inside the caller's own transaction (PROJECTION-23). The connection is
   * left as it was found (PROJECTION-25). Works where {@link
   * dev.holdfast.provider.Feature#TRANSACTIONAL_ENQUEUE} is declared too (PROJECTION-01).
   *
   * @param connection a connection to the provider's own store, with a transaction under way
   * @param update the update
   * @param fence as above; it is looked at when the call is made, and the commit may come later
   * @return the versions of the rows
   * @throws ProviderError.NotSupported when transactional enqueue is not declared; the connection
   *     was not used
   * @throws ProviderError.InvalidRequest also when the connection is a wrong one, as for {@link
   *     dev.holdfast.provider.feature.TransactionalEnqueue}
   * @throws ProviderError.StoreContention when the caller's transaction met another one
   *     (PROJECTION-24)
   */
  ProjectionUpdated update(Connection connection, UpdateProjection update, @Nullable Fence fence);

  /**
   * Switches what is read, at one moment (PROJECTION-16). The former generation stays as it is
   * (PROJECTION-19).
   *
   * @param projection the name
   * @param generation the generation to be live
   * @param live the generation that the caller believes live
   * @param atLeast where all its checkpoints have to be at least (PROJECTION-17); null for: no
   *     event may lie behind one of them, and no append comes between (PROJECTION-18)
   * @throws ProviderError.VersionConflict when another generation is live, or a checkpoint lies
   *     before the bound, with {@link ProviderError.VersionConflict#foundPosition}
   */
  void makeLive(String projection, int generation, int live, @Nullable LogPosition atLeast);

  /**
   * Removes a generation that is not live, in steps (PROJECTION-20). From the first one on it is
   * not found any more.
   *
   * @param projection the name
   * @param generation the generation; an unknown one removes nothing
   * @param limit the most rows and parked events to remove, from 1
   * @return how many went, and whether all did
   * @throws ProviderError.InvalidRequest when it is the live one, or the limit is below 1
   */
  DropStep drop(String projection, int generation, int limit);

  /**
   * Reads one row.
   *
   * @param projection the name
   * @param generation the generation, null for the live one
   * @param key the key
   * @return the row, with generation and checkpoints
   * @throws ProviderError.InvalidRequest when a name is no identifier
   */
  RowAnswer row(String projection, @Nullable Integer generation, String key);

  /**
   * Reads rows by key, in code point order (PROJECTION-12).
   *
   * @param read which rows
   * @return the page
   * @throws ProviderError.InvalidRequest when the limit is out of range
   */
  RowPage rows(RowRead read);

  /**
   * Lists events that were set aside, by position (PROJECTION-27).
   *
   * @param projection the name
   * @param generation the generation
   * @param after the position behind which to begin
   * @param limit the most events, from 1 to {@link StreamLimits#maxPageSize()}
   * @return the events
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  List<ParkedEvent> parked(String projection, int generation, LogPosition after, int limit);
}
