// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.Identifiers;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.worker.Turn;
import dev.holdfast.worker.TurnContext;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import dev.holdfast.worker.internal.util.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an instance as failed without its code: poison, refused results, unknown names. Works also
 * when the history cannot be read, and tells the parent if the start can be read.
 */
final class InstanceFailer {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceFailer.class);

  private final CompletionSignals signals;

  InstanceFailer(CompletionSignals signals) {
    this.signals = signals;
  }

  /** Makes a turn that ends the instance. */
  Turn fail(TurnContext context, Failure failure) {
    LOG.error("instance {} is failed: {}", context.instanceId(), failure);
    StoredHistory history = new StoredHistory(context);
    Event.Terminal before = readable(history::terminal);
    boolean next = before instanceof Event.ContinuedAsNew;
    if (before != null && !next) {
      return Turn.of(new TurnResult.Ack(TurnOutput.of(context.executionId()).build()));
    }
    long executionId = next ? context.executionId() + 1 : context.executionId();
    long lastEventId = next ? 0 : context.history().lastEventId();
    Event.OrchestrationStarted started =
        lastEventId == 0 ? starting(context, executionId) : readable(history::started);
    OpenRequests open = lastEventId == 0 ? OpenRequests.NONE : openRequests(history);

    List<HistoryEntry> delta = new ArrayList<>();
    if (lastEventId == 0 && started != null) {
      delta.add(new HistoryEntry(++lastEventId, context.fetchedAt(), started));
    }
    Event.Terminal end = new Event.OrchestrationFailed(failure, false);
    HistoryEntry last = new HistoryEntry(lastEventId + 1, context.fetchedAt(), end);
    delta.add(last);
    List<TurnOutput> alternatives = new ArrayList<>();
    alternatives.add(output(context, executionId, delta, started, open, failure));
    if (delta.size() > 1) {
      // The start, with its input, may be what is refused.
      alternatives.add(output(context, executionId, List.of(last), started, open, failure));
    }
    return new FailingTurn(context, alternatives);
  }

  /** Tells local waiters when it is stored. */
  private final class FailingTurn implements Turn {
    private final TurnContext context;
    private final TurnResult result;

    FailingTurn(TurnContext context, List<TurnOutput> alternatives) {
      this.context = context;
      this.result = new TurnResult.Ack(alternatives);
    }

    @Override
    public TurnResult result() {
      return result;
    }

    @Override
    public void applied(TurnOutput stored) {
      signals.ended(
          context.instanceId(),
          new CompletionSignals.Ended(
              stored.executionId(), context.name(), stored.historyDelta().getLast()));
    }
  }

  private static TurnOutput output(
      TurnContext context,
      long executionId,
      List<HistoryEntry> delta,
      Event.@Nullable OrchestrationStarted started,
      OpenRequests open,
      Failure failure) {
    String instanceId = context.instanceId();
    List<OrchestratorMessage> messages = new ArrayList<>();
    String ended = "its parent \"" + instanceId + "\" has failed";
    open.children().forEach(child -> messages.add(Messages.cancel(child, ended)));
    ParentLink parent = parentOf(started);
    if (parent != null) {
      messages.add(Messages.childFailed(parent, failure, false));
    }
    List<HistoryEvent> events = delta.stream().map(Codec::encode).toList();
    return TurnOutput.of(executionId)
        .historyDelta(events)
        .messages(messages)
        .metadata(metadata(context, started, delta))
        .cancelledActivities(
            open.activities().stream()
                .map(id -> new ActivityIdentity(instanceId, executionId, id))
                .toList())
        .build();
  }

  private static ExecutionMetadata metadata(
      TurnContext context, Event.@Nullable OrchestrationStarted started, List<HistoryEntry> delta) {
    String name = started != null ? started.name() : context.name();
    ExecutionMetadata.Builder metadata =
        ExecutionMetadata.builder()
            .status(ExecutionStatus.FAILED)
            .output(Codec.encode(delta.getLast().event()));
    if (name != null && delta.getFirst().id() == 1) {
      ParentLink parent = parentOf(started);
      metadata
          .name(name)
          .version(started != null ? started.version() : context.version())
          .parentInstanceId(parent == null ? null : parent.instanceId());
    }
    return metadata.build();
  }

  /** {@return the parent to tell; null also when what is stored about it is no instance id} */
  private static @Nullable ParentLink parentOf(Event.@Nullable OrchestrationStarted started) {
    ParentLink parent = started == null ? null : started.parent();
    return parent == null || Identifiers.isValid(parent.instanceId()) ? parent : null;
  }

  private static Event.@Nullable OrchestrationStarted starting(
      TurnContext context, long executionId) {
    Optional<MessageReceiver.Begin> begin =
        Optional.ofNullable(
            readable(() -> MessageReceiver.begin(context.messages(), executionId).orElse(null)));
    return begin
        .map(it ->
            new Event.OrchestrationStarted(
                it.start().name(),
                it.start().version(),
                it.message().input(),
                it.message().parent(),
                it.message().waiting()))
        .orElse(null);
  }

  private static OpenRequests openRequests(StoredHistory history) {
    OpenRequests open = readable(() -> OpenRequests.of(history));
    return open == null ? OpenRequests.NONE : open;
  }

  private static <T> @Nullable T readable(Supplier<? extends @Nullable T> read) {
    try {
      return read.get();
    } catch (UnreadableException | ProviderError.CorruptData e) {
      LOG.debug("not readable, going on without it", Told.brief(e));
      return null;
    }
  }
}
