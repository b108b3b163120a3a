// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.runtime.internal.control.ControlTurn.What;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes turns that store what has happened and leave it to a later turn to show it to the code. The
 * last event of each says so, so that one event tells how an instance stands.
 */
final class Holding {

  private final Delivered it;
  private final long executionId;
  private final List<HistoryEntry> delta = new ArrayList<>();
  private final List<OrchestratorMessage> messages = new ArrayList<>();
  private long lastEventId;

  Holding(Delivered it, long executionId, long lastEventId) {
    this.it = it;
    this.executionId = executionId;
    this.lastEventId = lastEventId;
  }

  /** Suspends an execution that is under way, or keeps what a suspended one has received. */
  static ControlTurn going(Delivered it, @Nullable Event last, @Nullable String reason) {
    Event.OrchestrationStarted started = it.history().started();
    Holding turn = new Holding(it, it.executionId(), it.history().lastEventId());
    long from = last instanceof Event.Held held ? held.heldFrom() : turn.lastEventId + 1;
    turn.receive(started == null ? null : started.parent(), it.messages());
    if (last instanceof Event.Suspended before) {
      turn.add(before);
      return turn.made(What.KEEP, reason, ExecutionMetadata.none());
    }
    turn.add(new Event.Suspended(reason, it.at(), from));
    return turn.made(What.SUSPEND, reason, ExecutionMetadata.none());
  }

  /** Suspends an execution before its code begins. */
  static ControlTurn beginning(
      Delivered it, @Nullable Event last, Begin begin, @Nullable String reason) {
    Holding turn = new Holding(it, it.executionAfter(last), 0);
    Event.OrchestrationStarted started = begin.event();
    turn.add(started);
    turn.receive(started.parent(), begin.without(it.messages()));
    turn.add(new Event.Suspended(reason, it.at(), 1));
    return turn.made(What.SUSPEND, reason, names(started).build());
  }

  /**
   * Begins the next execution of an instance that has ended.
   *
   * @param with what is to run, null for the same once more
   * @param later the messages that came after the request
   */
  static ControlTurn restarting(
      Delivered it,
      Message.@Nullable Work with,
      List<OrchestratorMessage> later,
      Message.@Nullable Suspend suspend) {
    Event.OrchestrationStarted before = it.history().started();
    ParentLink parent = before == null ? null : before.parent();
    Event.OrchestrationStarted started;
    if (with != null) {
      started =
          new Event.OrchestrationStarted(
              with.name(), with.version(), with.input(), parent, null, with.trace());
    } else if (before != null) {
      started =
          new Event.OrchestrationStarted(
              before.name(), before.version(), before.input(), parent, null, before.trace());
    } else {
      throw new UnreadableException("the history does not begin with a start", null);
    }
    Holding turn = new Holding(it, it.executionId() + 1, 0);
    turn.add(started);
    turn.receive(parent, later);
    if (suspend != null) {
      turn.add(new Event.Prepared(1)); // says that nothing of earlier executions is left
    }
    turn.hold(1, suspend);
    ExecutionMetadata.Builder metadata = names(started);
    if (it.features().contains(Feature.CUSTOM_STATUS)) {
      metadata.customStatus(new CustomStatusChange.Clear());
    }
    if (it.features().contains(Feature.KEY_VALUES)) {
      metadata.keyValue(new KeyValueMutation.ClearAll());
    }
    return turn.made(What.RESTART, null, metadata.build());
  }

  private static ExecutionMetadata.Builder names(Event.OrchestrationStarted started) {
    ParentLink parent = started.parent();
    return ExecutionMetadata.builder()
        .name(started.name())
        .version(started.version())
        .parentInstanceId(parent == null ? null : parent.instanceId());
  }

  void receive(@Nullable ParentLink parent, List<OrchestratorMessage> batch) {
    Arrivals arrived = Arrivals.of(it.instanceId(), executionId, parent, batch);
    arrived.events().forEach(this::add);
    messages.addAll(arrived.replies());
  }

  /** Lets the code go on with the next turn, or not before it is resumed. */
  void hold(long from, Message.@Nullable Suspend suspend) {
    if (suspend == null) {
      add(new Event.Prepared(from));
      messages.add(Messages.wakeUp(it.instanceId()));
    } else {
      add(new Event.Suspended(suspend.reason(), it.at(), from));
    }
  }

  void add(Event event) {
    Instant at = it.at();
    delta.add(new HistoryEntry(++lastEventId, at, event));
  }

  List<OrchestratorMessage> messages() {
    return messages;
  }

  TurnContent.Builder content(ExecutionMetadata metadata) {
    return TurnContent.builder(executionId)
        .historyDelta(delta.stream().map(Codec::encode).toList())
        .messages(messages)
        .metadata(metadata);
  }

  private ControlTurn made(What what, @Nullable String reason, ExecutionMetadata metadata) {
    return new ControlTurn(what, List.of(content(metadata).build()), Controls.said(reason));
  }
}
