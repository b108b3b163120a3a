// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What Prometheus reads. Apart from the server, so that that one works without its library. */
public final class PrometheusPage {

  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS = "application/openmetrics-text";

  private PrometheusPage() {}

  /** {@return the page} */
  public static HttpPage of(PrometheusMeterRegistry registry) {
    return accepted -> {
      String type =
          accepted.contains(OPEN_METRICS) ? OPEN_METRICS + "; version=1.0.0; charset=utf-8" : TEXT;
      return new HttpPage.Answer(200, type, registry.scrape(type));
    };
  }
}
