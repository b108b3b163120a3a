// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.guide;

import dev.holdfast.observability.Health;
import dev.holdfast.observability.HoldfastMetrics;
import dev.holdfast.observability.ObservabilityServer;
import dev.holdfast.observability.StoreWatch;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** A worker that can be watched. */
final class WatchedWorker implements AutoCloseable {

  static final Orchestration<String, String> GREET =
      Orchestration.named("greet", String.class, String.class, (ctx, name) -> "Hello, " + name);

  final Holdfast holdfast;
  final ObservabilityServer server;

  WatchedWorker(String url, int port) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    HoldfastMetrics metrics = HoldfastMetrics.on(registry);
    holdfast = Holdfast.builder(url).listener(metrics).orchestration(GREET).start();
    StoreWatch store = StoreWatch.of(holdfast.client());
    metrics.watch(store);
    server =
        ObservabilityServer.builder()
            .port(port)
            .prometheus(registry)
            .health(Health.builder(store).worker(holdfast::vitals).build())
            .start();
  }

  @Override
  public void close() {
    server.close();
    holdfast.close();
  }
}
