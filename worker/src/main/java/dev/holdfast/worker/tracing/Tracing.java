// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.tracing;

import org.jspecify.annotations.Nullable;

/**
 * Traces of what clients, workers and readers of events do, for whatever system there is; {@code
 * holdfast-observability} has one for OpenTelemetry. The context of a span is a text that travels
 * with starts, activities, steps and events through the store, so that one trace leads through all
 * processes that work on an instance. A replay makes no spans: what is traced is what is stored.
 * Thread-safe.
 *
 * <p>What an implementation throws fails the call or the delivery that it is asked in.
 */
public interface Tracing {

  /**
   * The entry of the metadata of stream events that has the context of the span that appended them.
   */
  String METADATA = "traceparent";

  /**
   * Returns the context of the calling thread.
   *
   * @return the context in the form of a W3C {@code traceparent}; null when there is none
   */
  @Nullable String current();

  /**
   * Begins a span.
   *
   * @param what what it is about
   * @param parent the context that it belongs to; null for that of the thread, if it is about what
   *     a caller does ({@link Traced.Start}, {@link Traced.Append}), else for none
   * @return the span; either {@link Span#end} or {@link Span#discard} is called in the end
   */
  Span begin(Traced what, @Nullable String parent);

  /** A span that has begun. It may be ended on another thread. */
  interface Span {

    /** {@return its context, as {@link Tracing#current} has it} */
    String context();

    /** {@return the id of its trace, for logs} */
    String traceId();

    /**
     * Makes it the context of the calling thread, until what is returned is closed on the same
     * thread.
     *
     * @return to be closed
     */
    Scope enter();

    /**
     * Ends it.
     *
     * @param error what went wrong, null for nothing
     */
    void end(@Nullable String error);

    /** Has it never have been, because what it is about was not stored. */
    void discard();
  }

  /** The time for which a span is the context of a thread. */
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }
}
