// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;

/**
 * Removes events that a snapshot covers, and nothing else: versions, keys, positions and head go on
 * as if the events were there (STREAM-29), and every page says what is gone (STREAM-30).
 * Thread-safe; fails like {@link dev.holdfast.provider.Provider}.
 */
public interface StreamArchive extends Capability {

  /**
   * Removes events of a stream, lowest first (STREAM-28). Safe at any time; a step that was cut off
   * is finished by another one (STREAM-31). The snapshot stays until a later archiving of the
   * stream relies on another (SNAPSHOT-10).
   *
   * @param stream the stream
   * @param through the version up to which to remove, itself included, from 1
   * @param schema the kind of state whose snapshot of exactly this version covers the events
   * @param limit the most events to remove, from 1
   * @return how many went, and how many are left up to the bound
   * @throws ProviderError.NotFound when there is no such snapshot; nothing is removed
   * @throws ProviderError.VersionConflict when the stream has not reached the version
   * @throws ProviderError.InvalidRequest when a number is below 1 or the schema no identifier
   */
  ArchiveStep archive(StreamId stream, long through, String schema, int limit);
}
