// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A caller in all roles: takes turns, activities and the last turns, and starts an instance for
 * each that completed, so that the amount of work in the store stays the same. It turns to the
 * queue that it has just filled. Used by one thread.
 */
final class Everything implements Caller {

  private static final Duration IDLE_WAIT = Duration.ofMillis(20);

  private final Work work;
  private final Calls calls;
  private boolean activitiesNext;
  private boolean idle;
  private int toStart;
  private int completed;

  /**
   * A caller that has done nothing yet.
   *
   * @param population how many instances it starts first
   */
  Everything(Work work, Calls calls, int population) {
    this.work = work;
    this.calls = calls;
    this.toStart = population;
  }

  @Override
  public int step() {
    completed = 0;
    if (toStart > 0) {
      start();
    }
    Duration patience = idle ? IDLE_WAIT : Duration.ZERO;
    boolean activities = activitiesNext;
    idle = !(take(activities, patience) || take(!activities, Duration.ZERO));
    return completed;
  }

  private void start() {
    List<OrchestratorMessage> starts = new ArrayList<>(toStart);
    for (int i = 0; i < toStart; i++) {
      starts.add(work.start());
    }
    calls.start(starts);
    toStart = 0;
  }

  private boolean take(boolean activities, Duration waitUpTo) {
    return activities ? takeActivities(waitUpTo) : takeTurns(waitUpTo);
  }

  private boolean takeTurns(Duration waitUpTo) {
    List<OrchestrationItem> items = calls.orchestrations(waitUpTo);
    if (items.isEmpty()) {
      return false;
    }
    int first = (int) items.stream().filter(Work::isFirstTurn).count();
    calls.ackTurns(items.stream().map(Work::turn).toList());
    completed = items.size() - first;
    toStart = completed;
    activitiesNext = first > 0;
    return true;
  }

  private boolean takeActivities(Duration waitUpTo) {
    List<ActivityItem> items = calls.activities(waitUpTo);
    if (items.isEmpty()) {
      return false;
    }
    calls.ackActivities(items.stream().map(Work::completion).toList());
    activitiesNext = false;
    return true;
  }
}
