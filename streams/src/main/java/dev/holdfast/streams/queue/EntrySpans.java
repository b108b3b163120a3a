// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.streams.event.EventMetadata;
import dev.holdfast.streams.internal.Decision;
import dev.holdfast.streams.internal.Spans;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.worker.tracing.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans of the entries of one turn: each belongs to the trace that its context names, and has
 * been when the turn is stored. Not thread-safe.
 */
final class EntrySpans {

  private final StoreAccess store;
  private final @Nullable Spans spans;
  private final List<Tracing.Span> open = new ArrayList<>();

  EntrySpans(StoreAccess store) {
    this.store = store;
    spans = store.spans();
  }

  /** Decides an entry in a span of its own, if anything is traced. */
  <S, E> Decision<S, E> of(QueueEntry entry, Supplier<Decision<S, E>> decide) {
    if (spans == null) {
      return decide.get();
    }
    Spans.Open own =
        spans.append(
            store.tenant().seen(entry.stream()),
            entry.context().metadata().get(EventMetadata.TRACE));
    boolean appends = false;
    try {
      Decision<S, E> decision = decide.get();
      appends = decision.append() != null;
      return decision;
    } finally {
      Tracing.Span span = own.leave();
      if (appends) {
        open.add(span);
      } else {
        span.discard();
      }
    }
  }

  /** Ends them. */
  void stored() {
    open.forEach(span -> span.end(null));
    open.clear();
  }

  /** Forgets those that have not ended. */
  void close() {
    open.forEach(Tracing.Span::discard);
    open.clear();
  }
}
