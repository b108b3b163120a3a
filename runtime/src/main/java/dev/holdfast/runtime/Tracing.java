// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Traces of what clients and workers do, for whatever system there is; {@code
 * holdfast-observability} has one for OpenTelemetry. The context of a span is a text that travels
 * with starts and activities through the store, so that one trace leads through all processes that
 * work on an instance. A replay makes no spans: what is traced is what is stored. Thread-safe.
 *
 * <p>What an implementation throws fails the call or the delivery that it is asked in.
 */
public interface Tracing {

  /**
   * Returns the context of the calling thread.
   *
   * @return the context in the form of a W3C {@code traceparent}; null when there is none
   */
  @Nullable String current();

  /**
   * Begins a span.
   *
   * @param work what it is about
   * @param parent the context that it belongs to; null for that of the thread, if a client starts
   *     something, else for none
   * @return the span; either {@link Span#end} or {@link Span#discard} is called in the end
   */
  Span begin(Work work, @Nullable String parent);

  /** What spans are about. */
  enum Operation {
    /** A client starts an instance. */
    START,
    /** A turn of an execution: its code goes on until it waits, and what it did is stored. */
    TURN,
    /** An attempt of an activity. */
    ACTIVITY
  }

  /**
   * What a span is about.
   *
   * @param operation the kind of span
   * @param name the name of the orchestration or activity
   * @param instanceId the instance
   * @param executionId its execution, from 1
   * @param activityId the activity, null where it is none
   * @param attempt the attempt of the activity, from 1; 0 where it is none
   */
  record Work(
      Operation operation,
      String name,
      String instanceId,
      long executionId,
      @Nullable Long activityId,
      int attempt) {

    /** Checks the parts. */
    public Work {
      Objects.requireNonNull(operation, "operation");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(instanceId, "instanceId");
    }
  }

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
