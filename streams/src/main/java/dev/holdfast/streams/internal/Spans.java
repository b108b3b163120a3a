// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EventMetadata;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Spans of appends and of projections, where anything is traced. Thread-safe. */
public final class Spans {

  private final Tracing tracing;

  /** Traces with it. */
  public Spans(Tracing tracing) {
    this.tracing = tracing;
  }

  /** A span that is the context of this thread, which its log shows too. */
  public static final class Open {
    private final Tracing.Span span;
    private final Tracing.Scope scope;
    private final @Nullable String before = MDC.get(Work.MDC_TRACE);

    private Open(Tracing.Span span) {
      this.span = span;
      scope = span.enter();
      MDC.put(Work.MDC_TRACE, span.traceId());
    }

    /** Leaves it, on the same thread; it goes on until it is ended or discarded. */
    public Tracing.Span leave() {
      if (before == null) {
        MDC.remove(Work.MDC_TRACE);
      } else {
        MDC.put(Work.MDC_TRACE, before);
      }
      scope.close();
      return span;
    }
  }

  /**
   * Begins an append.
   *
   * @param stream the stream, as its tenant sees it
   * @param parent the context that it belongs to, null for that of the thread
   */
  public Open append(StreamId stream, @Nullable String parent) {
    return new Open(tracing.begin(new Traced.Append(stream.category(), stream.id()), parent));
  }

  /**
   * Begins to fold events into a projection. One that folds what one append has stored is a part of
   * that append.
   */
  public Open fold(String projection, int shard, List<StreamEvent> events) {
    List<String> causes = causes(events);
    String only = causes.size() == 1 ? causes.getFirst() : null;
    return new Open(
        tracing.begin(
            new Traced.Fold(projection, shard, events.size(), only == null ? causes : List.of()),
            only));
  }

  private static List<String> causes(List<StreamEvent> events) {
    return events.stream()
        .map(event -> EventMetadata.read(event.content().metadata()).get(EventMetadata.TRACE))
        .filter(Objects::nonNull)
        .distinct()
        .limit(Traced.Fold.MOST_CAUSES) // the metadata of the others is not read
        .toList();
  }

  /** {@return the context of the thread, null for none} */
  @Nullable String current() {
    return tracing.current();
  }

  /**
   * Does something in a span, if anything is traced. It has been when something was stored.
   *
   * @param spans null for nothing
   * @param stream the stream, as its tenant sees it
   * @param isStored whether what has come of it was stored by it
   */
  static <T> T around(
      @Nullable Spans spans, StreamId stream, Supplier<T> call, Predicate<T> isStored) {
    if (spans == null) {
      return call.get();
    }
    Open open = spans.append(stream, null);
    boolean stored = false;
    try {
      T result = call.get();
      stored = isStored.test(result);
      return result;
    } finally {
      Tracing.Span span = open.leave();
      if (stored) {
        span.end(null);
      } else {
        span.discard();
      }
    }
  }
}
