// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.util.List;

/**
 * Removing instances with everything that belongs to them. A root is an instance without a parent
 * that exists; its tree is itself and everything below it. Tokens of what was deleted are {@link
 * ProviderError.LockLost} for ever (DELETE-08, DELETE-12). Thread-safe; fails like {@link
 * dev.holdfast.provider.Provider}.
 */
public interface InstanceDeletion extends Capability {

  /**
   * Deletes roots with their whole trees, all or nothing (DELETE-02 to DELETE-19).
   *
   * @param instanceIds the roots, none for nothing; a child may be listed together with its root
   *     (DELETE-15), and each counts once however often it is listed
   * @param force true to delete running instances too, locked or not (DELETE-07)
   * @return what was deleted
   * @throws ProviderError.NotFound when an id is unknown; nothing is deleted (DELETE-13)
   * @throws ProviderError.InstanceBusy when a member runs and force is false; {@link
   *     ProviderError#instanceId()} names it (DELETE-05, DELETE-17)
   * @throws ProviderError.InvalidRequest when an id is not well formed, or is a child whose parent
   *     exists; {@link ProviderError#instanceId()} names the root then (DELETE-15)
   */
  Counts delete(List<String> instanceIds, boolean force);

  /**
   * Deletes finished roots with finished trees that match, oldest completion first, tree by tree
   * (DELETE-21 to DELETE-26).
   *
   * @param filter which roots; what does not fit is skipped silently
   * @return what was deleted
   */
  Counts deleteBulk(BulkFilter filter);

  /**
   * What was deleted (DELETE-04).
   *
   * @param instances the number of instances, descendants included; ids that were never acked with
   *     a name are none
   * @param executions the number of executions
   * @param events the number of events
   * @param messages the number of queued messages
   * @param activities the number of queued activities
   */
  record Counts(long instances, long executions, long events, long messages, long activities) {}
}
