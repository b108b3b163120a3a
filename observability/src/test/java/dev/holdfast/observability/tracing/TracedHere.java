// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.worker.tracing.Tracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.List;

/** The traces of one process, or of one part of it. */
final class TracedHere {

  final InMemorySpanExporter spans = InMemorySpanExporter.create();
  final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  final Tracing tracing = OpenTelemetryTracing.of(sdk);

  /** Closes what works here when the process is told to end, and prints what was seen. */
  void printWhenInputEnds(Runnable close) throws IOException {
    while (System.in.read() >= 0) {
      continue;
    }
    close.run();
    seen().forEach(SeenSpan::print);
  }

  List<SeenSpan> seen() {
    return spans.getFinishedSpanItems().stream().map(SeenSpan::of).toList();
  }
}
