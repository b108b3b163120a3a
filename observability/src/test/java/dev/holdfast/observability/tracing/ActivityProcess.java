// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.runtime.Holdfast;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;

/** A process that does activities until its input ends, and then prints its spans. */
final class ActivityProcess {

  private ActivityProcess() {}

  public static void main(String[] arguments) throws Exception {
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
    Holdfast worker =
        Holdfast.builder(arguments[0])
            .activity(
                TracedWork.CHARGE,
                (ctx, in) -> {
                  if (in.equals("b") && ctx.attempt() == 1) {
                    throw new IllegalStateException("declined");
                  }
                  return in;
                })
            .tracing(
                OpenTelemetryTracing.of(
                    OpenTelemetrySdk.builder().setTracerProvider(provider).build()))
            .start();
    while (System.in.read() >= 0) {
      continue;
    }
    worker.close(Duration.ofSeconds(10));
    for (SpanData span : spans.getFinishedSpanItems()) {
      System.out.printf(
          "%s|%s|%s|%s|%s%n",
          span.getName(),
          span.getTraceId(),
          span.getSpanId(),
          span.getParentSpanId(),
          span.getStatus().getStatusCode());
    }
  }
}
