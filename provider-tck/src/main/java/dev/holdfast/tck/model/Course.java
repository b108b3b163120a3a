// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the contract left open in an operation, and how the provider decided it, so that the model
 * can follow.
 *
 * @param taken what it was delivered, in order: instance ids or activity identities; and the
 *     activities that it claimed
 * @param claimed how many items it claimed
 * @param basis what a turn ahead was computed on, null for none
 * @param usedAhead whether the answer said anything of the turn ahead
 * @param refusedAhead whether the answer said that the content of the turn ahead is refused
 * @param concurrent whether other calls were made meanwhile
 */
record Course(
    List<?> taken,
    int claimed,
    @Nullable Basis basis,
    boolean usedAhead,
    boolean refusedAhead,
    boolean concurrent) {

  /** Nothing was decided yet. */
  static final Course NONE = new Course(List.of(), 0, null, false, false, false);

  /** {@return the same, of a call beside others} */
  Course besideOthers() {
    return new Course(taken, claimed, basis, usedAhead, refusedAhead, true);
  }

  /**
   * What was wrong with a turn may have been so shortly before the call was applied without it, and
   * may be over (AHEAD-05).
   */
  boolean mayHavePassedOver() {
    return concurrent && refusedAhead;
  }

  /**
   * What a caller knew when it computed a turn.
   *
   * @param executionId the execution that it saw
   * @param lastEventId the last event that it saw
   */
  record Basis(long executionId, long lastEventId) {}
}
