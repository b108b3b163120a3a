// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which changes reach a store: alone, in the ack of a turn and in that of an activity,
 * the acks in single and in list form. Nothing else may be deliverable. Not thread-safe.
 */
final class ChangeWays {

  /** How a list of changes travels. */
  enum Way {
    ALONE,
    TURN,
    LIST_OF_TURNS,
    ACTIVITY,
    LIST_OF_ACTIVITIES
  }

  private final Handle handle;
  private final Changes changes;
  private final String instance;
  private long activities;
  private @Nullable OrchestrationItem turn;
  private @Nullable ActivityItem activity;

  /** Carries changes through a handle, by an instance of its own. */
  ChangeWays(Handle handle, Changes changes, String instance) {
    this.handle = handle;
    this.changes = changes;
    this.instance = instance;
    handle.create(instance);
  }

  /** Applies changes, and returns their results. */
  List<ChangeResult> apply(Way way, Change... list) {
    if (way == Way.ALONE) {
      return changes.apply(List.of(list));
    }
    AckResult.Applied applied =
        Expect.applied("Changes were refused, by " + way + ".", ack(way, list));
    turn = null;
    activity = null;
    return applied.results();
  }

  /** Expects changes to be refused; the lock that carried them is held on. */
  <E extends Permanent> E refused(String what, Way way, Class<E> type, Change... list) {
    return way == Way.ALONE
        ? Expect.thrown(what, type, () -> changes.apply(List.of(list)))
        : Expect.rejected(what + " Way: " + way + ".", type, ack(way, list));
  }

  private AckResult ack(Way way, Change... list) {
    if (way == Way.TURN || way == Way.LIST_OF_TURNS) {
      freeActivity();
      if (turn == null) {
        handle.poke(instance);
        turn = handle.fetchOne(instance);
      }
      OrchestrationAck ack = handle.turn(turn).build().withChanges(List.of(list));
      return way == Way.TURN
          ? handle.provider().ackOrchestrationItem(ack)
          : handle.provider().ackOrchestrationItems(List.of(ack)).get(0);
    }
    if (activity == null) {
      freeTurn();
      handle.schedule(instance, ++activities);
      activity = handle.fetchActivity(activities);
    }
    ActivityAck ack = ActivityAck.of(activity.lockToken(), null).withChanges(List.of(list));
    return way == Way.ACTIVITY
        ? handle.provider().ackActivityItem(ack)
        : handle.provider().ackActivityItems(List.of(ack)).get(0);
  }

  private void freeTurn() {
    if (turn != null) {
      handle.turn(turn).apply();
      turn = null;
    }
  }

  private void freeActivity() {
    if (activity != null) {
      Expect.applied(handle.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), null)));
      activity = null;
    }
  }
}
