// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a history leaves open, found without running any code: for instances whose code is missing
 * or does not follow its history.
 *
 * @param activities event ids of activities that are not done
 * @param children instance ids of children that are not done, do not go on alone, and were not
 *     asked to cancel
 * @param cancelledChildren those that were asked to cancel
 */
public record OpenRequests(
    List<Long> activities, List<String> children, List<String> cancelledChildren) {

  /** Nothing is open. */
  public static final OpenRequests NONE = new OpenRequests(List.of(), List.of(), List.of());

  /** Finds what a history leaves open. */
  public static OpenRequests of(Iterable<HistoryEntry> history) {
    Set<Long> activities = new LinkedHashSet<>();
    Map<Long, String> children = new LinkedHashMap<>();
    Map<Long, String> cancelled = new LinkedHashMap<>();
    for (HistoryEntry recorded : Effective.of(history)) {
      switch (recorded.event()) {
        case Event.ActivityScheduled scheduled -> activities.add(recorded.id());
        case Event.ActivityCompleted done -> activities.remove(done.scheduledId());
        case Event.ActivityFailed failed -> activities.remove(failed.scheduledId());
        case Event.ActivityCancelled cancel -> activities.remove(cancel.scheduledId());
        case Event.ChildScheduled child when child.goesOnAlone() -> {}
        case Event.ChildScheduled child -> children.put(recorded.id(), child.instanceId());
        case Event.ChildCompleted done -> {
          children.remove(done.scheduledId());
          cancelled.remove(done.scheduledId());
        }
        case Event.ChildFailed failed -> {
          children.remove(failed.scheduledId());
          cancelled.remove(failed.scheduledId());
        }
        case Event.ChildCancelled cancel -> {
          @Nullable String child = children.remove(cancel.scheduledId());
          if (child != null) {
            cancelled.put(cancel.scheduledId(), child);
          }
        }
        case Event.OrchestrationStarted started -> {}
        case Event.EventRaised raised -> {}
        case Event.CancelRequested request -> {}
        case Event.TimerCreated timer -> {}
        case Event.TimerFired fired -> {}
        case Event.TimerCancelled cancel -> {}
        case Event.CallRefused refused -> {}
        case Event.FeatureRefused refused -> {}
        case Event.EventsAppended appended -> {}
        case Event.AppendRefused refused -> {}
        case Event.VersionChosen choice -> {}
        case Event.EventSent sent -> {}
        case Event.InstanceStarted other -> {}
        case Event.Control control -> {}
        case Event.Terminal terminal -> {}
      }
    }
    return new OpenRequests(
        List.copyOf(activities), List.copyOf(children.values()), List.copyOf(cancelled.values()));
  }
}
