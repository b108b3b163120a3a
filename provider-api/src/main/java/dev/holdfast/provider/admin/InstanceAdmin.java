// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.util.List;
import java.util.Optional;

/**
 * The questions an operator may ask. They read state rows, take no lock, change nothing and wait
 * for no other call (ADMIN-29); each result shows one committed state (ADMIN-30).
 *
 * <p>Questions about one id throw {@link ProviderError.NotFound} when the store knows nothing of
 * it; {@link #execution}, {@link #executions} and {@link #facts} also know an id that has only
 * executions or queued rows (ADMIN-14). Ids that are not well formed are {@link
 * ProviderError.InvalidRequest}. Thread-safe.
 */
public interface InstanceAdmin extends Capability {

  /**
   * Lists instances, page by page (ADMIN-02 to ADMIN-11, ADMIN-28).
   *
   * @param query filter, order, page size and page token
   * @return one page
   * @throws ProviderError.InvalidRequest when the page size is out of range, or the token is
   *     damaged or belongs to another filter or order (ADMIN-04, ADMIN-07)
   */
  InstancePage list(InstanceQuery query);

  /**
   * Reads what is stored about an instance (ADMIN-11, ADMIN-12).
   *
   * @param instanceId the instance
   * @return its row
   * @throws ProviderError.NotFound when there is no such instance
   */
  InstanceDetails instance(String instanceId);

  /**
   * Reads one execution (ADMIN-15).
   *
   * @param instanceId the instance
   * @param executionId the execution, from 1
   * @return its row
   * @throws ProviderError.NotFound when there is no such execution
   */
  ExecutionDetails execution(String instanceId, long executionId);

  /**
   * Lists all executions with their outputs, ascending (ADMIN-15).
   *
   * @param instanceId the instance
   * @return their rows; none when only queued rows are known
   * @throws ProviderError.NotFound when the store knows nothing of the instance
   */
  List<ExecutionDetails> executions(String instanceId);

  /**
   * Lists an instance and everything below it, each once, level by level and ascending by code
   * point within a level (ADMIN-17, ADMIN-18).
   *
   * @param instanceId the instance
   * @return the members
   * @throws ProviderError.NotFound when there is no such instance
   */
  List<TreeMember> tree(String instanceId);

  /**
   * Lists the direct children (ADMIN-17).
   *
   * @param instanceId the instance
   * @return their ids, ascending by code point
   * @throws ProviderError.NotFound when there is no such instance
   */
  List<String> children(String instanceId);

  /**
   * Reads the parent (ADMIN-17).
   *
   * @param instanceId the instance
   * @return the parent's id as its first ack gave it, whether that is stored or not; empty when it
   *     gave none
   * @throws ProviderError.NotFound when there is no such instance
   */
  Optional<String> parent(String instanceId);

  /** {@return the counts of the whole store, which add up (ADMIN-19)} */
  StoreMetrics metrics();

  /** {@return how much is queued, and in which state (ADMIN-20 to ADMIN-22)} */
  QueueDepths queueDepths();

  /**
   * Tells since when the oldest work is ready that no worker has taken. <em>Ready</em> is what
   * {@link QueueDepths} counts as such.
   *
   * @return the moments, and the store's now; empty where the provider does not tell
   */
  default Optional<ReadyWork> readyWork() {
    return Optional.empty();
  }

  /**
   * Reads numbers and sizes of one instance (ADMIN-23).
   *
   * @param instanceId the instance
   * @return the numbers
   * @throws ProviderError.NotFound when the store knows nothing of the instance
   */
  InstanceStats stats(String instanceId);

  /**
   * Says why an instance is, or is not, moving (ADMIN-24 to ADMIN-27).
   *
   * @param instanceId the instance
   * @return the facts
   * @throws ProviderError.NotFound when the store knows nothing of the instance
   */
  InstanceFacts facts(String instanceId);
}
