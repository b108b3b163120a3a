// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Selects which of the activities that the acks of one call schedule are locked for their callers:
 * the first ones of each ack that pass its filter, except those that the ack cancels itself
 * (CLAIM-04). Used by one thread.
 */
final class EagerActivitySelection {

  /** The parameters of a call for this. */
  static final List<Parameter> PARAMETERS = List.of(Type.BIGINT.named("a_lock_for"));

  /** An activity to be locked; {@code row} is its place among all that the call schedules. */
  private record Wanted(ActivityTask task, int row) {}

  private final List<List<Wanted>> byAck = new ArrayList<>();
  private final Columns lockFor = new Columns(PARAMETERS);
  private boolean any;

  /** Adds the next turn, null for none. */
  void add(@Nullable TurnContent turn) {
    if (turn == null) {
      byAck.add(List.of());
      return;
    }
    EagerActivities eager = turn.eager();
    Set<ActivityIdentity> cancelled =
        eager == null ? Set.of() : new HashSet<>(turn.cancelledActivities());
    List<Wanted> wanted = new ArrayList<>();
    for (ActivityTask task : turn.activities()) {
      if (eager != null
          && wanted.size() < eager.max()
          && eager.tagFilter().matches(task.tag())
          && task.sessionId() == null // its owner fetches it, and claims the session with it
          && !cancelled.contains(task.identity())) {
        wanted.add(new Wanted(task, lockFor.rows()));
        lockFor.add(MessageColumns.micros(eager.lockFor()));
        any = true;
      } else {
        lockFor.add((Object) null);
      }
    }
    byAck.add(wanted);
  }

  /** {@return how long each scheduled activity is locked; without rows when none is} */
  Columns lockFor() {
    return any ? lockFor : new Columns(PARAMETERS);
  }

  /** {@return what an applied ack has claimed, by the tokens of all that were scheduled} */
  List<ActivityItem> items(int ack, IntFunction<@Nullable Long> tokens) {
    List<ActivityItem> items = new ArrayList<>();
    for (Wanted wanted : byAck.get(ack)) {
      Long token = tokens.apply(wanted.row());
      if (token != null) {
        items.add(
            new ActivityItem(
                wanted.task(), 1, new LockToken.OfActivity(wanted.task().identity(), token)));
      }
    }
    return items;
  }
}
