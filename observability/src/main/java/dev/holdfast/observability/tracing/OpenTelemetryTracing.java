// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/**
 * Spans of starts, turns, activities, steps of graphs, appends to streams and of projections for
 * OpenTelemetry. The trace of whoever starts an instance or a run of a graph goes on in its turns,
 * their activities or steps and its children, in whichever processes they run; that of whoever
 * appends an event goes on where it is projected alone, and is linked where it is projected with
 * others. The span of an activity is the current one while its code runs, and so is that of a step,
 * a command or a projection. Thread-safe.
 *
 * <pre>{@code
 * Tracing tracing = OpenTelemetryTracing.of(openTelemetry);
 * Holdfast.builder(url).tracing(tracing)...
 * Graphs.builder(url).tracing(tracing)...
 * EventSourcing.builder(provider).tracing(tracing)...
 * }</pre>
 *
 * <p>Spans are named {@code start NAME}, {@code turn NAME}, {@code activity NAME}, {@code step
 * TYPE}, {@code append CATEGORY} and {@code project NAME}, and have the attributes {@code
 * holdfast.instance}, {@code holdfast.execution}, {@code holdfast.activity}, {@code holdfast.step},
 * {@code holdfast.attempt}, {@code holdfast.stream}, {@code holdfast.shard} and {@code
 * holdfast.events}.
 */
public final class OpenTelemetryTracing implements Tracing {

  private static final String SCOPE = "dev.holdfast";

  // The form of a W3C traceparent: version, trace, span and flags. It is made and read for each
  // span, which a pattern would take longer for than all else.
  private static final String VERSION = "00-";
  private static final int AFTER_TRACE = 35;
  private static final int AFTER_SPAN = 52;
  private static final int LENGTH = 55;

  private final Tracer tracer;

  private OpenTelemetryTracing(Tracer tracer) {
    this.tracer = tracer;
  }

  /**
   * Traces with an OpenTelemetry.
   *
   * @param openTelemetry where spans go
   * @return what to give to builders
   */
  public static OpenTelemetryTracing of(OpenTelemetry openTelemetry) {
    return new OpenTelemetryTracing(openTelemetry.getTracer(SCOPE));
  }

  @Override
  public @Nullable String current() {
    SpanContext context = io.opentelemetry.api.trace.Span.current().getSpanContext();
    return context.isValid() ? text(context) : null;
  }

  @Override
  public Span begin(Traced what, @Nullable String parent) {
    SpanBuilder span =
        tracer
            .spanBuilder(operation(what) + " " + what.name())
            .setParent(parent == null ? own(what) : remote(parent));
    switch (what) {
      case Traced.Start(var name, var instance) ->
          span.setSpanKind(SpanKind.PRODUCER)
              .setAttribute("holdfast.instance", instance)
              .setAttribute("holdfast.execution", 1L);
      case Traced.Turn(var name, var instance, var execution) ->
          span.setSpanKind(SpanKind.CONSUMER)
              .setAttribute("holdfast.instance", instance)
              .setAttribute("holdfast.execution", execution);
      case Traced.Attempt(var name, var instance, var execution, var activity, var attempt) ->
          span.setSpanKind(SpanKind.CONSUMER)
              .setAttribute("holdfast.instance", instance)
              .setAttribute("holdfast.execution", execution)
              .setAttribute("holdfast.activity", activity)
              .setAttribute("holdfast.attempt", (long) attempt);
      case Traced.Step(var name, var run, var execution, var step, var attempt) ->
          span.setSpanKind(SpanKind.CONSUMER)
              .setAttribute("holdfast.instance", run)
              .setAttribute("holdfast.execution", execution)
              .setAttribute("holdfast.step", step)
              .setAttribute("holdfast.attempt", (long) attempt);
      case Traced.Append(var name, var stream) ->
          span.setSpanKind(SpanKind.PRODUCER).setAttribute("holdfast.stream", stream);
      case Traced.Fold(var name, var shard, var events, var causes) -> {
        span.setSpanKind(SpanKind.CONSUMER)
            .setAttribute("holdfast.shard", (long) shard)
            .setAttribute("holdfast.events", (long) events);
        for (String cause : causes) {
          SpanContext appended = context(cause);
          if (appended != null) {
            span.addLink(appended);
          }
        }
      }
    }
    return new OpenSpan(span.startSpan());
  }

  private static String operation(Traced what) {
    return switch (what) {
      case Traced.Start start -> "start";
      case Traced.Turn turn -> "turn";
      case Traced.Attempt attempt -> "activity";
      case Traced.Step step -> "step";
      case Traced.Append append -> "append";
      case Traced.Fold fold -> "project";
    };
  }

  /** What callers do is a part of what they are in; what workers do begins anew. */
  private static Context own(Traced what) {
    return switch (what) {
      case Traced.Start start -> Context.current();
      case Traced.Append append -> Context.current();
      case Traced.Turn turn -> Context.root();
      case Traced.Attempt attempt -> Context.root();
      case Traced.Step step -> Context.root();
      case Traced.Fold fold -> Context.root();
    };
  }

  private static Context remote(String parent) {
    SpanContext context = context(parent);
    return context == null
        ? Context.root()
        : Context.root().with(io.opentelemetry.api.trace.Span.wrap(context));
  }

  /** A text that is no context is none: what is traced must not fail because of that. */
  private static @Nullable SpanContext context(String text) {
    if (text.length() != LENGTH
        || !text.startsWith(VERSION)
        || text.charAt(AFTER_TRACE) != '-'
        || text.charAt(AFTER_SPAN) != '-'
        || !isHex(text.charAt(LENGTH - 2))
        || !isHex(text.charAt(LENGTH - 1))) {
      return null;
    }
    String trace = text.substring(VERSION.length(), AFTER_TRACE);
    String span = text.substring(AFTER_TRACE + 1, AFTER_SPAN);
    return TraceId.isValid(trace) && SpanId.isValid(span)
        ? SpanContext.createFromRemoteParent(
            trace, span, TraceFlags.fromHex(text, AFTER_SPAN + 1), TraceState.getDefault())
        : null;
  }

  private static boolean isHex(char each) {
    return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
  }

  private static String text(SpanContext context) {
    return VERSION
        + context.getTraceId()
        + '-'
        + context.getSpanId()
        + '-'
        + context.getTraceFlags().asHex();
  }

  /** A span. One that is discarded is never ended, and so never exported. */
  private record OpenSpan(io.opentelemetry.api.trace.Span span) implements Span {
    @Override
    public String context() {
      return text(span.getSpanContext());
    }

    @Override
    public String traceId() {
      return span.getSpanContext().getTraceId();
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // whoever enters closes it
    public Scope enter() {
      return span.makeCurrent()::close;
    }

    @Override
    public void end(@Nullable String error) {
      if (error != null) {
        span.setStatus(StatusCode.ERROR, error);
      }
      span.end();
    }

    @Override
    public void discard() {}
  }
}
