// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import org.jspecify.annotations.Nullable;

/**
 * The result of an enqueue.
 *
 * @param stored true when the message was stored; false when it added nothing, because its message
 *     id was used before with the same content (QUEUE-26). After an error whose outcome is open a
 *     repeat returns false when the first call had stored it
 * @param eagerInstance the addressed instance, locked for the caller, if the call asked for it and
 *     got it (CLAIM-05); absent is always right
 * @param turnAhead what became of the turn ahead that came with a start: applied, with the
 *     activities that it claimed (AHEAD-08); rejected, with the error that its ack would get
 *     (AHEAD-05); absent when it was not used, or there was none
 */
public record EnqueueResult(
    boolean stored, @Nullable OrchestrationItem eagerInstance, @Nullable AckResult turnAhead) {

  private static final EnqueueResult STORED = new EnqueueResult(true, null);
  private static final EnqueueResult MERGED = new EnqueueResult(false, null);

  /**
   * Creates a result without a turn ahead.
   *
   * @param stored true when the message was stored
   * @param eagerInstance the claimed instance, absent for none
   */
  public EnqueueResult(boolean stored, @Nullable OrchestrationItem eagerInstance) {
    this(stored, eagerInstance, null);
  }

  /**
   * Returns a result in which nothing was claimed.
   *
   * @param stored true when it was stored
   * @return the result
   */
  public static EnqueueResult of(boolean stored) {
    return stored ? STORED : MERGED;
  }
}
