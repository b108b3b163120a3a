// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.AppendConflictException;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import org.jspecify.annotations.Nullable;

/**
 * What the code appends to streams. An append is taken to fit, and goes to the store with the turn.
 * Should the store refuse it, the turn is run again and the code is told here.
 */
final class StreamAppends {

  private final Execution execution;
  private RefusedAppends refused = RefusedAppends.NONE;

  StreamAppends(Execution execution) {
    this.execution = execution;
  }

  /** Says what was refused of the turn that is run next. */
  void refused(RefusedAppends appends) {
    refused = appends;
  }

  RefusedAppends refused() {
    return refused;
  }

  void append(AppendEvents append) {
    StreamId stream = append.stream();
    execution
        .admission()
        .require(Feature.EVENT_STREAMS, "an append to stream \"%s\"".formatted(stream));
    String event = "an event for stream \"%s\"".formatted(stream);
    for (NewEvent each : append.events()) {
      admit(event, each.data());
      admit(event, each.metadata());
    }
    CommandLog log = execution.log();
    VersionConflict conflict = log.isReplaying() ? null : refused.at(log.peekId());
    if (conflict != null || log.isAppendRefusedNext(stream)) {
      throw refusal(append, conflict);
    }
    boolean stored = log.isReplaying();
    HistoryEntry recorded =
        execution.guarded(() ->
            log.issue(
                new Event.EventsAppended(stream.category(), stream.id(), append.events().size())));
    if (!stored) {
      execution.changes().append(new Said.Append(recorded.id(), append));
    }
  }

  private void admit(String what, @Nullable Payload payload) {
    if (payload != null) {
      execution.admission().admittedBeside(what, payload.size());
    }
  }

  /** Records the refusal; in replay the recorded one counts. */
  private AppendConflictException refusal(AppendEvents append, @Nullable VersionConflict conflict) {
    StreamId stream = append.stream();
    Event.AppendRefused refusal =
        new Event.AppendRefused(
            stream.category(),
            stream.id(),
            append.expected().version(),
            append.expected().inWords(),
            conflict == null ? 0 : conflict.foundVersion());
    HistoryEntry recorded = execution.guarded(() -> execution.log().issue(refusal));
    return switch (recorded.event()) {
      case Event.AppendRefused(var category, var id, var version, var words, var found) -> {
        StreamId same = new StreamId(category, id);
        String message =
            "stream %s is at version %d, and %s was expected; read what is new and decide again"
                .formatted(same, found, words);
        yield new AppendConflictException(message, same, version, found);
      }
      default -> throw new IllegalStateException(recorded.event().kind() + " is no refusal");
    };
  }
}
