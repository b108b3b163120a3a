// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.runtime.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Locale;
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
  private static final String HEADER = "traceparent";

  private static final TextMapGetter<String> AS_HEADER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
          return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
          return key.equals(HEADER) ? carrier : null;
        }
      };

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
    if (parent != null) {
      return W3CTraceContextPropagator.getInstance().extract(Context.root(), parent, AS_HEADER);
    }
    return operation == Operation.START ? Context.current() : Context.root();
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
