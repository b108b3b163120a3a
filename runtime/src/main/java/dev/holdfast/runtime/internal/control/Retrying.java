// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.internal.control.ControlTurn.What;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Has a failed execution go on from its last good event: the last thing that its code asked for
 * other than taking something back. What failed after that is forgotten and tried again, under its
 * event id; what succeeded after that counts; what was open is asked for again.
 */
final class Retrying {

  private final Delivered it;
  private final Map<Long, HistoryEntry> open = new TreeMap<>();
  private final List<Long> forgotten = new ArrayList<>();
  private final List<ActivityTask> activities = new ArrayList<>();
  private final List<OrchestratorMessage> messages = new ArrayList<>();
  private long lastGood;

  private Retrying(Delivered it) {
    this.it = it;
  }

  static ControlTurn turn(
      Delivered it, List<OrchestratorMessage> later, Message.@Nullable Suspend suspend) {
    Retrying retrying = new Retrying(it);
    List<HistoryEntry> effective = Effective.of(it.history());
    for (HistoryEntry recorded : effective) {
      if (isGood(recorded.event())) {
        retrying.lastGood = recorded.id();
      }
    }
    effective.forEach(retrying::follow);
    return retrying.made(later, suspend);
  }

  private static boolean isGood(Event event) {
    return event instanceof Event.Command
        && !(event instanceof Event.Terminal
            || event instanceof Event.ActivityCancelled
            || event instanceof Event.TimerCancelled
            || event instanceof Event.ChildCancelled);
  }

  private void follow(HistoryEntry recorded) {
    boolean late = recorded.id() > lastGood;
    switch (recorded.event()) {
      case Event.ActivityScheduled scheduled -> open.put(recorded.id(), recorded);
      case Event.TimerCreated timer -> open.put(recorded.id(), recorded);
      case Event.ChildScheduled child -> open.put(recorded.id(), recorded);
      case Event.ActivityCompleted done -> open.remove(done.scheduledId());
      case Event.ChildCompleted done -> open.remove(done.scheduledId());
      case Event.ActivityFailed failed -> failed(recorded, failed.scheduledId(), late);
      case Event.ChildFailed failed -> failed(recorded, failed.scheduledId(), late);
      case Event.TimerFired fired -> {
        HistoryEntry asked = open.get(fired.timerId());
        // The deadline of an attempt is a failure of it.
        boolean timeout = asked != null && asked.event() instanceof Event.ActivityScheduled;
        failed(recorded, fired.timerId(), late && timeout);
      }
      case Event.ActivityCancelled cancel -> takenBack(cancel.scheduledId(), late);
      case Event.TimerCancelled cancel -> takenBack(cancel.timerId(), late);
      case Event.ChildCancelled cancel -> takenBack(cancel.scheduledId(), late);
      default -> {}
    }
  }

  private void failed(HistoryEntry recorded, long id, boolean forget) {
    if (forget) {
      forgotten.add(recorded.id());
    } else {
      open.remove(id);
    }
  }

  private void takenBack(long id, boolean late) {
    if (!late) {
      open.remove(id);
    }
  }

  private ControlTurn made(List<OrchestratorMessage> later, Message.@Nullable Suspend suspend) {
    Event.OrchestrationStarted started = it.history().started();
    if (started == null) {
      throw new UnreadableException("the history does not begin with a start", null);
    }
    open.values().forEach(asked -> askAgain(asked, started));
    Holding turn = new Holding(it, it.executionId(), it.history().lastEventId());
    turn.add(new Event.Retried(lastGood, forgotten));
    turn.receive(started.parent(), later);
    turn.hold(lastGood + 1, suspend);
    turn.messages().addAll(0, messages);
    ExecutionMetadata metadata =
        ExecutionMetadata.builder().status(ExecutionStatus.RUNNING).build();
    return new ControlTurn(
        What.RETRY, List.of(turn.content(metadata).activities(activities).build()), "");
  }

  private void askAgain(HistoryEntry asked, Event.OrchestrationStarted started) {
    long id = asked.id();
    switch (asked.event()) {
      case Event.ActivityScheduled scheduled -> {
        activities.add(task(id, scheduled, started));
        Instant deadline = scheduled.deadline();
        if (deadline != null) {
          messages.add(timer(id, it.at().plus(Duration.between(asked.at(), deadline))));
        }
      }
      case Event.TimerCreated timer -> messages.add(timer(id, timer.fireAt()));
      case Event.ChildScheduled child -> {
        ParentLink parent = new ParentLink(it.instanceId(), it.executionId(), id);
        // One that is not there any more begins, any other one passes over the start.
        messages.add(Messages.childStart(child, parent, started.trace()));
        messages.add(Messages.retry(child.instanceId(), parent));
      }
      default -> {}
    }
  }

  private OrchestratorMessage timer(long id, Instant at) {
    return Messages.timer(it.instanceId(), it.executionId(), id, at);
  }

  private ActivityTask task(
      long id, Event.ActivityScheduled scheduled, Event.OrchestrationStarted started) {
    Long first = scheduled.firstId();
    TaskInput input =
        new TaskInput(
            scheduled.attempt(),
            first == null ? id : first,
            scheduled.input(),
            null,
            scheduled.heartbeatTimeout(),
            started.trace(),
            true);
    return ActivityTask.builder(
            new ActivityIdentity(it.instanceId(), it.executionId(), id),
            scheduled.name(),
            Codec.encode(input),
            started.name())
        .orchestrationVersion(started.version())
        .tag(scheduled.tag())
        .sessionId(scheduled.session())
        .build();
  }
}
