// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.Identifiers;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.ParentLink;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.worker.internal.util.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends an instance without its code: poison, refused results, unknown names, operators. Works also
 * when the history cannot be read, and tells the parent if the start can be read.
 */
public final class Ending {

  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  private final Delivered it;
  private final Failure failure;
  private final boolean terminates;

  private Ending(Delivered it, Failure failure, boolean terminates) {
    this.it = it;
    this.failure = failure;
    this.terminates = terminates;
  }

  /**
   * {@return what to store so that an instance ends as failed, in several forms; empty when it has
   * ended}
   */
  public static List<TurnContent> failing(Delivered it, Failure failure) {
    return new Ending(it, failure, false).alternatives();
  }

  /** As {@link #failing}; its children end in the same way. */
  static List<TurnContent> terminating(Delivered it, @Nullable String reason) {
    return new Ending(it, new Failure(Failure.TERMINATED, reason), true).alternatives();
  }

  private List<TurnContent> alternatives() {
    Event before = readable(it.history()::last);
    boolean next = before instanceof Event.ContinuedAsNew;
    if (before instanceof Event.Terminal && !next) {
      return List.of();
    }
    long executionId = next ? it.executionId() + 1 : it.executionId();
    long lastEventId = next ? 0 : it.history().lastEventId();
    Event.OrchestrationStarted started =
        lastEventId == 0
            ? readable(() -> Begin.find(it.messages(), executionId).map(Begin::event).orElse(null))
            : readable(it.history()::started);
    OpenRequests open = lastEventId == 0 ? OpenRequests.NONE : openRequests();

    List<HistoryEntry> delta = new ArrayList<>();
    if (lastEventId == 0 && started != null) {
      delta.add(new HistoryEntry(++lastEventId, it.at(), started));
    }
    HistoryEntry last =
        new HistoryEntry(lastEventId + 1, it.at(), new Event.OrchestrationFailed(failure, false));
    delta.add(last);
    List<TurnContent> alternatives = new ArrayList<>();
    alternatives.add(content(executionId, delta, started, open));
    if (delta.size() > 1) {
      // The start, with its input, may be what is refused.
      alternatives.add(content(executionId, List.of(last), started, open));
    }
    return alternatives;
  }

  private TurnContent content(
      long executionId,
      List<HistoryEntry> delta,
      Event.@Nullable OrchestrationStarted started,
      OpenRequests open) {
    String instanceId = it.instanceId();
    List<OrchestratorMessage> messages = new ArrayList<>();
    if (terminates) {
      String why = "its parent \"" + instanceId + "\" was terminated";
      open.children().forEach(child -> messages.add(Messages.terminate(child, why)));
      open.cancelledChildren().forEach(child -> messages.add(Messages.terminate(child, why)));
    } else {
      String why = "its parent \"" + instanceId + "\" has failed";
      open.children().forEach(child -> messages.add(Messages.cancel(child, why)));
    }
    ParentLink parent = parentOf(started);
    if (parent != null) {
      messages.add(Messages.childFailed(parent, failure, false));
    }
    return TurnContent.builder(executionId)
        .historyDelta(delta.stream().map(Codec::encode).toList())
        .messages(messages)
        .metadata(metadata(started, delta))
        .cancelledActivities(
            open.activities().stream()
                .map(id -> new ActivityIdentity(instanceId, executionId, id))
                .toList())
        .build();
  }

  private ExecutionMetadata metadata(
      Event.@Nullable OrchestrationStarted started, List<HistoryEntry> delta) {
    String name = started != null ? started.name() : it.name();
    ExecutionMetadata.Builder metadata =
        ExecutionMetadata.builder()
            .status(ExecutionStatus.FAILED)
            .output(Codec.encode(delta.getLast().event()));
    if (name != null && delta.getFirst().id() == 1) {
      ParentLink parent = parentOf(started);
      metadata
          .name(name)
          .version(started != null ? started.version() : it.version())
          .parentInstanceId(parent == null ? null : parent.instanceId());
    }
    return metadata.build();
  }

  /** {@return the parent to tell; null also when what is stored about it is no instance id} */
  private static @Nullable ParentLink parentOf(Event.@Nullable OrchestrationStarted started) {
    ParentLink parent = started == null ? null : started.parent();
    return parent == null || Identifiers.isValid(parent.instanceId()) ? parent : null;
  }

  private OpenRequests openRequests() {
    OpenRequests open = readable(() -> OpenRequests.of(it.history()));
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
