// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.replay.Execution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes events of a batch of messages, as far as they are new to the execution. Ignores messages
 * for other executions, about requests that are settled, duplicates and unknown kinds. Orders the
 * events by when they happened.
 */
final class MessageReceiver {

  private static final Logger LOG = LoggerFactory.getLogger(MessageReceiver.class);

  private final String instanceId;
  private final List<Event.Received> events = new ArrayList<>();
  private final List<OrchestratorMessage> replies = new ArrayList<>();
  private final Set<Long> answered = new HashSet<>();

  private MessageReceiver(String instanceId) {
    this.instanceId = instanceId;
  }

  /** Receives the batch for an execution that it begins. */
  static MessageReceiver beginning(
      Begin begin, Execution execution, List<OrchestratorMessage> batch) {
    MessageReceiver received = new MessageReceiver(execution.instanceId());
    Message.Start start = begin.message();
    received.events.add(
        new Event.OrchestrationStarted(
            begin.start().name(),
            begin.start().version(),
            start.input(),
            start.parent(),
            start.waiting(),
            start.trace()));
    // The start itself is taken; the messages before and after it in the batch remain.
    List<OrchestratorMessage> rest = new ArrayList<>(batch);
    rest.remove(begin.place());
    received.takeAll(rest, execution, start.parent());
    return received;
  }

  /** Receives the batch for an execution that goes on. */
  static MessageReceiver going(Execution execution, List<OrchestratorMessage> batch) {
    MessageReceiver received = new MessageReceiver(execution.instanceId());
    received.takeAll(batch, execution, execution.parent());
    return received;
  }

  /** Receives one message for an execution that goes on. */
  static MessageReceiver going(Execution execution, Message message) {
    MessageReceiver received = new MessageReceiver(execution.instanceId());
    received.take(message, execution, execution.parent());
    return received;
  }

  /**
   * Receives the batch for an instance that has ended: all messages are ignored; a parent that
   * tried to start it is told that the id is taken.
   */
  static MessageReceiver ended(
      String instanceId, @Nullable ParentLink parent, List<OrchestratorMessage> batch) {
    MessageReceiver received = new MessageReceiver(instanceId);
    for (OrchestratorMessage stored : batch) {
      if (stored.start() != null && Codec.decode(stored).orElse(null) instanceof Message.Start s) {
        received.refuse(s, parent);
      }
    }
    return received;
  }

  /** {@return the start message for an execution, if the batch has it} */
  static Optional<Begin> begin(List<OrchestratorMessage> batch, long executionId) {
    for (int i = 0; i < batch.size(); i++) {
      OrchestratorMessage stored = batch.get(i);
      ExecutionStart start = stored.start();
      if (start != null
          && Codec.decode(stored).orElse(null) instanceof Message.Start message
          && message.executionId() == executionId) {
        return Optional.of(new Begin(start, message, i));
      }
    }
    return Optional.empty();
  }

  /** {@return the new events, in order} */
  List<Event.Received> events() {
    return events;
  }

  /** {@return the reason of a request to cancel, if there is one among the events} */
  Optional<String> cancelReason() {
    return events.stream()
        .filter(Event.CancelRequested.class::isInstance)
        .map(event -> String.valueOf(((Event.CancelRequested) event).reason()))
        .findFirst();
  }

  /** {@return the messages to other instances} */
  List<OrchestratorMessage> replies() {
    return replies;
  }

  private void takeAll(
      List<OrchestratorMessage> batch, Execution execution, @Nullable ParentLink parent) {
    for (OrchestratorMessage stored : asItHappened(batch)) {
      Optional<Message> message = Codec.decode(stored);
      if (message.isEmpty()) {
        LOG.warn(
            "instance {}: a message of the unknown kind \"{}\" is ignored",
            instanceId,
            stored.kind());
      } else {
        take(message.get(), execution, parent);
      }
    }
  }

  /**
   * Sorts messages by the moments at which they became visible; equal ones stay in the order in
   * which they were stored. The store delivers a timer at the place where it was set, which is
   * before all that happened until it was due.
   */
  private static List<OrchestratorMessage> asItHappened(List<OrchestratorMessage> batch) {
    return batch.stream().sorted(Comparator.comparing(MessageReceiver::visibleAt)).toList();
  }

  private static Instant visibleAt(OrchestratorMessage stored) {
    return stored.due() instanceof Due.At(Instant instant) ? instant : Instant.MIN;
  }

  private void take(Message message, Execution execution, @Nullable ParentLink parent) {
    switch (message) {
      case Message.Start start -> refuse(start, parent);
      case Message.Raised(var name, var value) -> events.add(new Event.EventRaised(name, value));
      case Message.Cancel(var reason) -> {
        if (execution.canBeCancelled()
            && events.stream().noneMatch(Event.CancelRequested.class::isInstance)) {
          events.add(new Event.CancelRequested(reason));
        }
      }
      case Message.ActivityCompleted(var of, var id, var result) ->
          answer(execution, of, id, new Event.ActivityCompleted(id, result));
      case Message.ActivityFailed(var of, var id, var failure, var retryable) ->
          answer(execution, of, id, new Event.ActivityFailed(id, failure, retryable));
      case Message.TimerFired(var of, var id) ->
          answer(execution, of, id, new Event.TimerFired(id));
      case Message.ChildCompleted(var of, var id, var output) ->
          answer(execution, of, id, new Event.ChildCompleted(id, output));
      case Message.ChildFailed(var of, var id, var failure, var cancelled) ->
          answer(execution, of, id, new Event.ChildFailed(id, failure, cancelled));
    }
  }

  private void answer(Execution execution, long of, long id, Event.Received event) {
    if (of == execution.executionId() && execution.isWaitingFor(id) && answered.add(id)) {
      events.add(event);
    } else {
      LOG.debug(
          "instance {}: {} for event {} of execution {} is not news",
          instanceId,
          event.kind(),
          id,
          of);
    }
  }

  /**
   * Tells a parent that tried to start this instance, and is not its own parent, that the id is
   * taken.
   */
  private void refuse(Message.Start start, @Nullable ParentLink parent) {
    ParentLink other = start.parent();
    if (other != null && !other.equals(parent)) {
      Failure failure =
          new Failure(
              Failure.ALREADY_EXISTS, "instance \"%s\" already exists".formatted(instanceId));
      replies.add(Messages.childFailed(other, failure, false));
    }
  }

  /**
   * A start message.
   *
   * @param start name, version and parent
   * @param message the rest
   * @param place its index in the batch
   */
  record Begin(ExecutionStart start, Message.Start message, int place) {}
}
