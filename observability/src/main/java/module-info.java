// SPDX-License-Identifier: Apache-2.0

/**
 * Metrics, traces and health of workers and stores. Start at {@link
 * dev.holdfast.observability.HoldfastMetrics} and {@link dev.holdfast.observability.Health}.
 */
module dev.holdfast.observability {
  requires transitive dev.holdfast.provider;
  requires transitive dev.holdfast.runtime;
  requires transitive dev.holdfast.worker;
  requires transitive micrometer.core;
  requires static micrometer.registry.prometheus;
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires jdk.httpserver;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.holdfast.observability;
  exports dev.holdfast.observability.tracing;
}
