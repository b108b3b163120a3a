// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.Identifiers;
import dev.holdfast.runtime.internal.Settings;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.event.Recorded;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an instance as failed without its code: poison, refused results, unknown names. Works also
 * when the history cannot be read, and tells the parent as long as anything says who that is.
 */
final class Verdict {

  private static final Logger LOG = LoggerFactory.getLogger(Verdict.class);

  private final Provider provider;
  private final StoreCalls calls;
  private final Settings settings;
  private final CompletionSignals signals;

  Verdict(Provider provider, StoreCalls calls, Settings settings, CompletionSignals signals) {
    this.provider = provider;
    this.calls = calls;
    this.settings = settings;
    this.signals = signals;
  }

  /** Ends the instance of an item; gives the item back if even that is refused. */
  void fail(OrchestrationItem item, Lease lease, Failure failure) {
    LOG.error("instance {} is failed: {}", item.instanceId(), failure);
    StoredHistory history = new StoredHistory(provider, calls, item, lease);
    Event.Terminal before = readable(history::terminal);
    boolean next = before instanceof Event.ContinuedAsNew;
    if (before != null && !next) {
      acked(item, lease, OrchestrationAck.builder(lease.token(), item.executionId()).build());
      return;
    }
    long executionId = next ? item.executionId() + 1 : item.executionId();
    long lastEventId = next ? 0 : item.history().lastEventId();
    Event.OrchestrationStarted started =
        lastEventId == 0 ? starting(item, executionId) : readable(history::started);
    OpenWork open = lastEventId == 0 ? OpenWork.NONE : openWork(history);

    List<Recorded> delta = new ArrayList<>();
    if (lastEventId == 0 && started != null) {
      delta.add(new Recorded(++lastEventId, item.fetchedAt(), started));
    }
    Event.Terminal end = new Event.OrchestrationFailed(failure, false);
    Recorded last = new Recorded(lastEventId + 1, item.fetchedAt(), end);
    delta.add(last);
    if (!acked(item, lease, ack(item, lease, executionId, delta, started, open, failure))
        && (delta.size() == 1
            || !acked(
                item,
                lease,
                ack(item, lease, executionId, List.of(last), started, open, failure)))) {
      calls.abandon(lease.token(), Abandonment.after(settings.retryDelay(item.attemptCount())));
    }
  }

  private boolean acked(OrchestrationItem item, Lease lease, OrchestrationAck ack) {
    AckResult result = calls.ackTurn(lease, ack);
    switch (result) {
      case AckResult.Rejected(ProviderError.LockLost lost) ->
          LOG.debug("instance {}: the lock was lost", item.instanceId(), Told.brief(lost));
      case AckResult.Rejected(var error) -> {
        LOG.error("instance {} cannot be failed", item.instanceId(), Told.brief(error));
        return false;
      }
      case AckResult.Applied applied -> tell(item, ack);
      case AckResult.AlreadyApplied already -> tell(item, ack);
    }
    return true;
  }

  private void tell(OrchestrationItem item, OrchestrationAck ack) {
    if (!ack.historyDelta().isEmpty()) {
      signals.ended(
          item.instanceId(),
          new CompletionSignals.Ended(
              ack.executionId(), item.name(), ack.historyDelta().getLast()));
    }
  }

  private OrchestrationAck ack(
      OrchestrationItem item,
      Lease lease,
      long executionId,
      List<Recorded> delta,
      Event.@Nullable OrchestrationStarted started,
      OpenWork open,
      Failure failure) {
    String instanceId = item.instanceId();
    List<OrchestratorMessage> messages = new ArrayList<>();
    String ended = "its parent \"" + instanceId + "\" has failed";
    open.children().forEach(child -> messages.add(Messages.cancel(child, ended)));
    ParentLink parent = parentOf(started);
    if (parent != null) {
      messages.add(Messages.childFailed(parent, failure, false));
    }
    List<HistoryEvent> events = delta.stream().map(Codec::encode).toList();
    return OrchestrationAck.builder(lease.token(), executionId)
        .historyDelta(events)
        .messages(messages)
        .metadata(metadata(item, started, delta))
        .cancelledActivities(
            open.activities().stream()
                .map(id -> new ActivityIdentity(instanceId, executionId, id))
                .toList())
        .build();
  }

  private static ExecutionMetadata metadata(
      OrchestrationItem item, Event.@Nullable OrchestrationStarted started, List<Recorded> delta) {
    String name = started != null ? started.name() : item.name();
    ExecutionMetadata.Builder metadata =
        ExecutionMetadata.builder()
            .status(ExecutionStatus.FAILED)
            .output(Codec.encode(delta.getLast().event()));
    if (name != null && delta.getFirst().id() == 1) {
      ParentLink parent = parentOf(started);
      metadata
          .name(name)
          .version(started != null ? started.version() : item.version())
          .parentInstanceId(parent == null ? null : parent.instanceId());
    }
    return metadata.build();
  }

  /** Who is to be told; null also when what is stored about it is no instance id. */
  private static @Nullable ParentLink parentOf(Event.@Nullable OrchestrationStarted started) {
    ParentLink parent = started == null ? null : started.parent();
    return parent == null || Identifiers.isValid(parent.instanceId()) ? parent : null;
  }

  private static Event.@Nullable OrchestrationStarted starting(
      OrchestrationItem item, long executionId) {
    Optional<Intake.Begin> begin =
        Optional.ofNullable(
            readable(() -> Intake.begin(item.messages(), executionId).orElse(null)));
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

  private OpenWork openWork(StoredHistory history) {
    OpenWork open = readable(() -> OpenWork.of(history));
    return open == null ? OpenWork.NONE : open;
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
