// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.words.Expect;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a call with a turn ahead got. Immutable.
 *
 * @param claimed the instance, null when it was not claimed
 * @param turn what became of the turn, null when it was not used
 */
record AheadAnswer(@Nullable OrchestrationItem claimed, @Nullable AckResult turn) {

  /** The answer to an activity ack, which must be applied. */
  static AheadAnswer of(AckResult result) {
    AckResult.Applied applied = Expect.applied(result);
    Expect.none("An activity ack claimed activities by itself.", applied.eagerActivities());
    return new AheadAnswer(applied.eagerInstance(), applied.turnAhead());
  }

  /** The answer to an enqueue of something new. */
  static AheadAnswer of(EnqueueResult result) {
    Expect.that("A new message was not stored.", result.stored());
    return new AheadAnswer(result.eagerInstance(), result.turnAhead());
  }

  /** Whether the turn was applied. */
  boolean isApplied() {
    return turn instanceof AckResult.Applied;
  }

  /** Expects the turn to be applied, and answers the activities that it claimed. */
  List<ActivityItem> applied() {
    return applied("A turn ahead that fits was not applied.");
  }

  /** Expects the turn to be applied, and answers the activities that it claimed. */
  List<ActivityItem> applied(String what) {
    if (turn instanceof AckResult.Applied applied) {
      Expect.equal(
          "An instance was claimed although its turn was applied.",
          Optional.empty(),
          Optional.ofNullable(claimed));
      return applied.eagerActivities();
    }
    throw Expect.violation(what, "Applied", turn);
  }

  /** Expects that the turn was not used, and answers the instance if it was claimed. */
  Optional<OrchestrationItem> unused(String what) {
    Expect.equal(what, Optional.empty(), Optional.ofNullable(turn));
    return Optional.ofNullable(claimed);
  }

  /** Expects that the turn was not used and the instance claimed. */
  OrchestrationItem unusedButClaimed(String what) {
    return Claims.claimed("A turn ahead that was not used took its claim along.", unused(what));
  }

  /** Expects the turn to be refused, and answers the instance, which must be claimed. */
  <E extends ProviderError.Permanent> OrchestrationItem refused(String what, Class<E> type) {
    if (turn == null) {
      throw Expect.violation(what, "Rejected(" + type.getSimpleName() + ")", turn);
    }
    Expect.rejected(what, type, turn);
    return Claims.claimed(
        "A turn ahead that was refused took its claim along.", Optional.ofNullable(claimed));
  }
}
