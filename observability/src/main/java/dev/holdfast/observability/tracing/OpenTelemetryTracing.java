// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.runtime.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Spans of starts, turns and activities for OpenTelemetry. The trace of whoever starts an instance
 * goes on in its turns, their activities and its children, in whichever processes they run. The
 * span of an activity is the current one while its code runs. Thread-safe.
 *
 * <pre>{@code
 * Holdfast.builder(url).tracing(OpenTelemetryTracing.of(openTelemetry))...
 * }</pre>
 *
 * <p>Spans are named {@code start NAME}, {@code turn NAME} and {@code activity NAME}, and have the
 * attributes {@code holdfast.instance}, {@code holdfast.execution}, {@code holdfast.activity} and
 * {@code holdfast.attempt}.
 */
public final class OpenTelemetryTracing implements Tracing {

  private static final String SCOPE = "dev.holdfast";
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

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
  public Span begin(Work work, @Nullable String parent) {
    SpanBuilder span =
        tracer
            .spanBuilder(work.operation().name().toLowerCase(Locale.ROOT) + " " + work.name())
            .setParent(parent(work.operation(), parent))
            .setSpanKind(
                switch (work.operation()) {
                  case START -> SpanKind.PRODUCER;
                  case TURN, ACTIVITY -> SpanKind.CONSUMER;
                })
            .setAttribute("holdfast.instance", work.instanceId())
            .setAttribute("holdfast.execution", work.executionId());
    Long activityId = work.activityId();
    if (activityId != null) {
      span.setAttribute("holdfast.activity", activityId.longValue());
      span.setAttribute("holdfast.attempt", (long) work.attempt());
    }
    return new OpenSpan(span.startSpan());
  }

  /** A text that is no context is none: what is traced must not fail because of that. */
  private static Context parent(Operation operation, @Nullable String parent) {
    if (parent == null) {
      return operation == Operation.START ? Context.current() : Context.root();
    }
    Matcher parts = TRACEPARENT.matcher(parent);
    if (!parts.matches()) {
      return Context.root();
    }
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            parts.group(1),
            parts.group(2),
            TraceFlags.fromHex(parts.group(3), 0),
            TraceState.getDefault());
    return Context.root().with(io.opentelemetry.api.trace.Span.wrap(remote));
  }

  private static String text(SpanContext context) {
    return "00-%s-%s-%s"
        .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex());
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
