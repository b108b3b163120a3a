// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.postgres.changes.PostgresChanges;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What calls leave for waiting fetches: they need not be woken for work that the caller has
 * claimed, nor for messages in whose place a turn was applied.
 *
 * @param instances whether instances may have become ready that the caller does not hold
 * @param activities whether activities may have become ready that their scheduler does not hold
 */
record Unclaimed(boolean instances, boolean activities) {

  private static final Unclaimed NOTHING = new Unclaimed(false, false);

  /** {@return what acks of turns leave} */
  static Unclaimed by(List<OrchestrationAck> acks, List<AckResult> results) {
    Unclaimed all = NOTHING;
    for (int i = 0; i < acks.size(); i++) {
      all = all.and(by(acks.get(i).content(), results.get(i)));
      all = all.and(byChanges(acks.get(i).changes()));
    }
    return all;
  }

  /** {@return what acks of activities leave} */
  static Unclaimed byActivities(List<ActivityAck> acks, List<AckResult> results) {
    Set<String> claimed = new HashSet<>();
    for (AckResult result : results) {
      OrchestrationItem item =
          result instanceof AckResult.Applied applied ? applied.eagerInstance() : null;
      if (item != null) {
        claimed.add(item.instanceId());
      }
    }
    Unclaimed all = NOTHING;
    for (int i = 0; i < acks.size(); i++) {
      all = all.and(byChanges(acks.get(i).changes()));
      OrchestratorMessage completion = acks.get(i).completion();
      if (completion != null) {
        AckResult turn =
            results.get(i) instanceof AckResult.Applied applied ? applied.turnAhead() : null;
        all = all.and(by(claimed.contains(completion.instanceId()), acks.get(i).eager(), turn));
      }
    }
    return all;
  }

  private static Unclaimed byChanges(List<Change> changes) {
    return PostgresChanges.addressed(changes).isEmpty() ? NOTHING : new Unclaimed(true, false);
  }

  /** {@return what an enqueue leaves} */
  static Unclaimed by(EagerInstance eager, EnqueueResult result) {
    return by(result.eagerInstance() != null, eager, result.turnAhead());
  }

  private static Unclaimed by(
      boolean claimed, @Nullable EagerInstance eager, @Nullable AckResult turn) {
    return turn instanceof AckResult.Applied && eager != null && eager.turnAhead() != null
        ? by(eager.turnAhead().content(), turn)
        : new Unclaimed(!claimed, false);
  }

  private static Unclaimed by(TurnContent turn, AckResult result) {
    return new Unclaimed(!turn.messages().isEmpty(), leavesActivities(turn, result));
  }

  private static boolean leavesActivities(TurnContent turn, AckResult result) {
    if (turn.activities().isEmpty()) {
      return false;
    }
    Set<ActivityIdentity> spokenFor = new HashSet<>(turn.cancelledActivities());
    if (result instanceof AckResult.Applied applied) {
      applied.eagerActivities().forEach(item -> spokenFor.add(item.task().identity()));
    }
    return !turn.activities().stream().allMatch(task -> spokenFor.contains(task.identity()));
  }

  private Unclaimed and(Unclaimed other) {
    return new Unclaimed(instances || other.instances, activities || other.activities);
  }
}
