// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.StreamWait;
import dev.holdfast.runtime.internal.event.TaskInput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an execution has asked for and is waiting for, by event id. */
final class PendingRequests {

  private final CommandLog log;
  private final String origin;
  private final Map<Long, PendingRequest> pending = new LinkedHashMap<>();
  private final Set<Long> streamWaits = new HashSet<>();

  /**
   * Creates it.
   *
   * @param origin instance and execution, as they begin the keys of calls
   */
  PendingRequests(CommandLog log, String origin) {
    this.log = log;
    this.origin = origin;
  }

  /** {@return the key of the call whose first request has this event id} */
  String key(long firstId) {
    return origin + "/" + firstId;
  }

  CommandLog log() {
    return log;
  }

  /** Issues a command whose result goes to {@code asker}. */
  HistoryEntry ask(Event.Command command, PendingRequest asker) {
    HistoryEntry recorded = log.issue(command);
    pending.put(recorded.id(), asker);
    if (command instanceof Event.ActivityScheduled activity
        && activity.name().equals(StreamWait.ACTIVITY)) {
      streamWaits.add(recorded.id());
    }
    return recorded;
  }

  /** Issues a command that cancels the request of an id. */
  void takeBack(long id, Event.Command command) {
    log.issue(command);
    pending.remove(id);
  }

  /** Stops waiting for a result without cancelling anything. */
  void forget(long id) {
    pending.remove(id);
  }

  boolean isStreamWait(long id) {
    return streamWaits.contains(id);
  }

  boolean isWaitingFor(long id) {
    return pending.containsKey(id);
  }

  /** {@return whether an activity is waited for, and no other activity and no child} */
  boolean isActivityOnly(long id) {
    boolean found = false;
    for (Map.Entry<Long, PendingRequest> entry : pending.entrySet()) {
      switch (entry.getValue()) {
        case ActivityCall<?> call when call.isBackingOff() -> {}
        case ActivityCall<?> call when entry.getKey() == id -> found = true;
        case ActivityCall<?> call -> {
          return false;
        }
        case ChildCall<?> call -> {
          return false;
        }
        default -> {}
      }
    }
    return found;
  }

  /** Delivers a result to the request of an id; ignored if the request was cancelled. */
  void answer(long id, Event.Received answer) {
    @Nullable PendingRequest asker = pending.remove(id);
    if (asker != null) {
      asker.on(answer);
    }
  }

  /** Tells all requests that the instance was asked to cancel. */
  void cancelRequested() {
    List.copyOf(pending.values()).forEach(PendingRequest::onCancelRequested);
  }

  /** {@return what the worker of an attempt gets to know, by the attempt's event} */
  TaskInput taskInput(long id, Event.ActivityScheduled scheduled, @Nullable String trace) {
    Long first = scheduled.firstId();
    ActivityCall<?> call = pending.get(id) instanceof ActivityCall<?> known ? known : null;
    return new TaskInput(
        scheduled.attempt(),
        first == null ? id : first,
        scheduled.input(),
        call == null ? null : call.next(),
        call == null ? null : call.heartbeatTimeout(),
        trace);
  }

  /** {@return the event ids of activities that are not done} */
  List<Long> activities() {
    List<Long> ids = new ArrayList<>();
    pending.forEach((id, asker) -> {
      if (asker instanceof ActivityCall<?> call && !call.isBackingOff()) {
        ids.add(id);
      }
    });
    return ids;
  }

  /**
   * {@return the instance ids of children that are not done, do not go on alone, and were not asked
   * to cancel}
   */
  List<String> children() {
    List<String> ids = new ArrayList<>();
    for (PendingRequest asker : pending.values()) {
      if (asker instanceof ChildCall<?> call && call.endsWithParent()) {
        ids.add(call.instanceId());
      }
    }
    return ids;
  }
}
