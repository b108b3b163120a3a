// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells how an instance stands from its last event, and never reads a whole history for it. */
final class StatusReader {

  private final Provider provider;
  private final DataConverter converter;

  StatusReader(Provider provider, DataConverter converter) {
    this.provider = provider;
    this.converter = converter;
  }

  /** The full answer. */
  InstanceStatus read(String instanceId) {
    Optional<InstanceDescription> found = provider.describeInstance(instanceId);
    if (found.isEmpty()) {
      return new InstanceStatus(
          instanceId, InstanceState.NOT_FOUND, 0, null, null, null, List.of());
    }
    InstanceDescription description = found.get();
    long executionId = description.executionId();
    List<InstanceStatus.Problem> problems =
        description.problems().stream()
            .map(
                one -> new InstanceStatus.Problem(one.activityName(), one.text(), one.reportedAt()))
            .toList();
    if (executionId == 0) {
      return new InstanceStatus(
          instanceId, InstanceState.PENDING, 0, description.name(), null, null, problems);
    }
    String name = description.name() == null ? nameOf(instanceId, executionId) : description.name();
    HistoryEvent last = last(instanceId, executionId, lastEventId(instanceId, executionId));
    return status(instanceId, executionId, name, last, problems);
  }

  /** The full answer, from the end of an instance. */
  InstanceStatus read(String instanceId, CompletionSignals.Ended ended) {
    HistoryEvent last = ended.event();
    if (last == null) {
      return read(instanceId); // and is told what is the matter with its history
    }
    return status(instanceId, ended.executionId(), ended.name(), last, List.of());
  }

  long lastEventId(String instanceId, long executionId) {
    return provider.readHistory(instanceId, executionId, Long.MAX_VALUE, 1).lastEventId();
  }

  private @Nullable HistoryEvent last(String instanceId, long executionId, long lastEventId) {
    if (lastEventId == 0) {
      return null;
    }
    History tail = provider.readHistory(instanceId, executionId, lastEventId - 1, 1);
    return tail.events().isEmpty() ? null : tail.events().getFirst();
  }

  private @Nullable String nameOf(String instanceId, long executionId) {
    try {
      for (HistoryEvent stored : provider.readHistory(instanceId, executionId, 0, 1).events()) {
        if (Codec.decode(stored).event() instanceof Event.OrchestrationStarted started) {
          return started.name();
        }
      }
    } catch (UnreadableException | ProviderError.CorruptData e) {
      return null; // how it ended can be told without its name
    }
    return null;
  }

  private InstanceStatus status(
      String instanceId,
      long executionId,
      @Nullable String name,
      @Nullable HistoryEvent last,
      List<InstanceStatus.Problem> reported) {
    if (last == null) { // this runtime begins each execution with an event
      return ofStore(instanceId, executionId, name, reported, null);
    }
    Event event;
    try {
      event = Codec.decode(last).event();
    } catch (UnreadableException e) {
      return ofStore(
          instanceId,
          executionId,
          name,
          reported,
          isOwn(instanceId, executionId)
              ? new InstanceStatus.Problem(null, Told.text(e), last.recordedAt())
              : null);
    }
    return status(instanceId, executionId, name, event, reported);
  }

  private boolean isOwn(String instanceId, long executionId) {
    return provider.readHistory(instanceId, executionId, 0, 1).events().stream()
        .anyMatch(Codec::isStart);
  }

  /**
   * What the store itself knows: of an instance of another engine, or of one whose last event is
   * damaged or was written by a newer version of this runtime.
   *
   * @param unreadable what cannot be read, null when it is of another engine
   */
  private InstanceStatus ofStore(
      String instanceId,
      long executionId,
      @Nullable String name,
      List<InstanceStatus.Problem> reported,
      InstanceStatus.@Nullable Problem unreadable) {
    InstanceState state = InstanceState.RUNNING;
    for (EndedInstance ended :
        provider.readEnded(new EndedRead(List.of(instanceId), Duration.ZERO))) {
      boolean failed = ended.status() == ExecutionStatus.FAILED;
      state = failed ? InstanceState.FAILED : InstanceState.COMPLETED;
    }
    Failure failure = null;
    if (state == InstanceState.FAILED) {
      failure =
          unreadable == null
              ? new Failure(Failure.OTHER_ENGINE, "the client of its engine says why it failed")
              : new Failure(Failure.UNREADABLE, unreadable.text());
    }
    List<InstanceStatus.Problem> problems = new ArrayList<>();
    if (unreadable != null) {
      problems.add(unreadable);
    }
    if (!state.isEnded()) {
      problems.addAll(reported);
    }
    return new InstanceStatus(
        instanceId, state, executionId, name, null, failure, problems, unreadable == null);
  }

  private InstanceStatus status(
      String instanceId,
      long executionId,
      @Nullable String name,
      Event event,
      List<InstanceStatus.Problem> reported) {
    List<InstanceStatus.Problem> problems = reported;
    InstanceState state = InstanceState.RUNNING;
    EncodedValue output = null;
    Failure failure = null;
    switch (event) {
      case Event.Suspended(var reason, var since, long from) -> {
        state = InstanceState.SUSPENDED;
        String why = reason == null ? "" : ": " + reason;
        problems = new ArrayList<>(reported);
        problems.addFirst(new InstanceStatus.Problem(null, "it is suspended" + why, since));
      }
      case Event.OrchestrationCompleted completed -> {
        state = InstanceState.COMPLETED;
        output = new EncodedValue(completed.output().text(), converter);
      }
      case Event.OrchestrationFailed failed -> {
        failure = failed.failure();
        state =
            failed.cancelled()
                ? InstanceState.CANCELLED
                : failure.type().equals(Failure.TERMINATED)
                    ? InstanceState.TERMINATED
                    : InstanceState.FAILED;
      }
      default -> {}
    }
    return new InstanceStatus(
        instanceId,
        state,
        executionId,
        name,
        output,
        failure,
        state.isEnded() ? List.of() : problems);
  }
}
