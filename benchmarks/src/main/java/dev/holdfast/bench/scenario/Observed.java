// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.observability.HoldfastMetrics;
import dev.holdfast.observability.StoreWatch;
import dev.holdfast.observability.tracing.OpenTelemetryTracing;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/** Whether a worker is watched. Not thread-safe. */
interface Observed extends AutoCloseable {

  /** By nobody. */
  Observed OFF = builder -> builder;

  /** Has a worker watched. */
  Holdfast.Builder watching(Holdfast.Builder builder);

  /** Watches its store. */
  default void watch(HoldfastClient client) {}

  @Override
  default void close() {}

  /** {@return metrics for Prometheus, and traces of everything, batched and dropped} */
  static Observed all() {
    return new All();
  }

  /** All there is; spans are exported to nobody. */
  final class All implements Observed {
    private final PrometheusMeterRegistry registry =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HoldfastMetrics metrics = HoldfastMetrics.on(registry);
    private final OpenTelemetrySdk traces =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(BatchSpanProcessor.builder(SpanExporter.composite()).build())
                    .build())
            .build();

    @Override
    public Holdfast.Builder watching(Holdfast.Builder builder) {
      return builder.listener(metrics).tracing(OpenTelemetryTracing.of(traces));
    }

    @Override
    public void watch(HoldfastClient client) {
      metrics.watch(StoreWatch.of(client));
      registry.scrape();
    }

    @Override
    public void close() {
      traces.close();
      registry.close();
    }
  }
}
