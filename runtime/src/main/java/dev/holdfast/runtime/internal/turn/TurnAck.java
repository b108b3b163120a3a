// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.runtime.internal.control.Messages;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.event.TaskInput;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.Said;
import dev.holdfast.worker.TurnOutput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the output of a turn: everything that the store has to know follows from the new events.
 */
final class TurnAck {

  private final Execution execution;
  private final String instanceId;
  private final long executionId;
  private final String name;
  private final @Nullable String version;
  private final @Nullable RuntimeVersion pin;
  private final TurnTrace turnTrace;
  private final @Nullable String trace;
  private final List<OrchestratorMessage> messages = new ArrayList<>();
  private final Map<Long, OrchestratorMessage> timers = new LinkedHashMap<>();
  private final Map<Long, ActivityTask> activities = new HashMap<>();
  private final Set<Long> cancelled = new LinkedHashSet<>();
  private final ExecutionMetadata.Builder metadata = ExecutionMetadata.builder();

  private TurnAck(Execution execution, @Nullable RuntimeVersion pin, TurnTrace trace) {
    this.execution = execution;
    this.pin = pin;
    this.turnTrace = trace;
    this.trace = trace.context();
    this.instanceId = execution.instanceId();
    this.executionId = execution.executionId();
    this.name = execution.orchestration().name();
    this.version = execution.orchestration().version().orElse(null);
  }

  /**
   * Makes the output of a turn.
   *
   * @param execution the execution after the turn
   * @param delta the new events
   * @param replies messages to others that are no commands of the code
   * @param pin what the execution is pinned to if it begins with this turn; null for nothing
   * @param trace the span of the turn, which those of its appends are joined to
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest when the code asked for something
   *     that cannot be stored, and was not told so when it asked
   */
  static TurnOutput of(
      Execution execution,
      List<HistoryEntry> delta,
      List<OrchestratorMessage> replies,
      @Nullable RuntimeVersion pin,
      TurnTrace trace) {
    TurnAck ack = new TurnAck(execution, pin, trace);
    delta.forEach(ack::add);
    return ack.build(delta, replies);
  }

  private TurnOutput build(List<HistoryEntry> delta, List<OrchestratorMessage> replies) {
    List<HistoryEvent> events = delta.stream().map(Codec::encode).toList();
    Said said = execution.takeSaid();
    metadata.customStatus(said.status());
    said.keyValues().forEach(metadata::keyValue);
    List<Long> inOrder = activities.keySet().stream().sorted().toList();
    List<OrchestratorMessage> all = new ArrayList<>(replies);
    all.addAll(messages);
    all.addAll(timers.values());
    return TurnOutput.of(executionId)
        .historyDelta(events)
        .activities(inOrder.stream().map(activities::get).toList())
        .messages(all)
        .metadata(metadata.build())
        .cancelledActivities(cancelled.stream().map(this::identity).toList())
        .changes(
            said.appends().stream()
                .<Change>map(append -> turnTrace.appending(append.events()))
                .toList())
        .build();
  }

  private void add(HistoryEntry recorded) {
    long id = recorded.id();
    switch (recorded.event()) {
      case Event.OrchestrationStarted started -> {
        ParentLink parent = started.parent();
        metadata.name(name).version(version).runtimeVersion(pin);
        metadata.parentInstanceId(parent == null ? null : parent.instanceId());
      }
      case Event.ActivityCompleted done when execution.isStreamWait(done.scheduledId()) ->
          // The tail of the log may have told it, and its activity still be queued.
          cancelled.add(done.scheduledId());
      case Event.Received received -> {}
      // One that was prepared begins now.
      case Event.Resumed resumed -> metadata.runtimeVersion(execution.isBegunNow() ? pin : null);
      case Event.Control control -> {} // stored by turns that run no code
      case Event.ActivityScheduled scheduled -> {
        activities.put(id, task(id, scheduled));
        Instant deadline = scheduled.deadline();
        if (deadline != null) {
          timers.put(id, Messages.timer(instanceId, executionId, id, deadline));
        }
      }
      case Event.TimerCreated timer ->
          timers.put(id, Messages.timer(instanceId, executionId, id, timer.fireAt()));
      case Event.ChildScheduled child ->
          messages.add(
              Messages.childStart(child, new ParentLink(instanceId, executionId, id), trace));
      case Event.ActivityCancelled cancel -> cancelActivity(cancel.scheduledId());
      // The message of a timer from an earlier turn cannot be taken back; it will be ignored.
      case Event.TimerCancelled cancel -> timers.remove(cancel.timerId());
      case Event.ChildCancelled cancel ->
          messages.add(Messages.cancel(cancel.instanceId(), reason()));
      case Event.CallRefused refused -> {}
      case Event.FeatureRefused refused -> {}
      case Event.EventsAppended appended -> {} // what is appended is said beside it
      case Event.AppendRefused refused -> {}
      case Event.VersionChosen choice -> {}
      case Event.EventSent sent -> messages.add(Messages.raised(sent));
      case Event.InstanceStarted started -> messages.add(Messages.start(started, trace));
      case Event.Terminal terminal -> end(terminal);
    }
  }

  private void end(Event.Terminal terminal) {
    execution.openActivities().forEach(this::cancelActivity);
    String ended = "its parent \"" + instanceId + "\" has ended";
    execution.openChildren().forEach(child -> messages.add(Messages.cancel(child, ended)));
    ParentLink parent = execution.parent();
    switch (terminal) {
      case Event.OrchestrationCompleted completed -> {
        metadata.status(ExecutionStatus.COMPLETED);
        metadata.output(Payload.of(completed.output().text().getBytes(StandardCharsets.UTF_8)));
        if (parent != null) {
          messages.add(Messages.childCompleted(parent, completed.output()));
        }
      }
      case Event.OrchestrationFailed failed -> {
        metadata.status(ExecutionStatus.FAILED).output(Codec.encode(failed));
        if (parent != null) {
          messages.add(Messages.childFailed(parent, failed.failure(), failed.cancelled()));
        }
      }
      case Event.ContinuedAsNew next -> {
        metadata.status(ExecutionStatus.CONTINUED_AS_NEW);
        ExecutionStart start =
            new ExecutionStart(name, version, parent == null ? null : parent.instanceId());
        messages.add(
            Messages.nextExecution(
                instanceId,
                executionId + 1,
                start,
                next.input(),
                parent,
                execution.unconsumedEvents(),
                trace));
      }
    }
  }

  private void cancelActivity(long id) {
    if (activities.remove(id) == null) {
      cancelled.add(id);
    }
    timers.remove(id); // its deadline, if it was scheduled with this turn
  }

  private String reason() {
    return "its parent \"" + instanceId + "\" cancelled it";
  }

  private ActivityIdentity identity(long id) {
    return new ActivityIdentity(instanceId, executionId, id);
  }

  private ActivityTask task(long id, Event.ActivityScheduled scheduled) {
    TaskInput input = execution.taskInput(id, scheduled, trace);
    return ActivityTask.builder(identity(id), scheduled.name(), Codec.encode(input), name)
        .orchestrationVersion(version)
        .tag(scheduled.tag())
        .sessionId(scheduled.session())
        .build();
  }
}
