// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Capability;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What those see who watch a process over HTTP. */
class ObservabilityServerTest extends OnSqlite {

  private static final Orchestration<String, String> ECHO =
      Orchestration.named("echo", String.class, String.class, (ctx, input) -> input);

  private final HttpClient http = HttpClient.newHttpClient();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private HttpResponse<String> get(ObservabilityServer server, String path, String... headers)
      throws IOException, InterruptedException {
    return send(server, HttpRequest.newBuilder().GET(), path, headers);
  }

  private HttpResponse<String> send(
      ObservabilityServer server, HttpRequest.Builder request, String path, String... headers)
      throws IOException, InterruptedException {
    InetSocketAddress address = server.address();
    request.uri(
        URI.create(
            "http://%s:%d%s"
                .formatted(address.getAddress().getHostAddress(), address.getPort(), path)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void prometheusReadsTheMetrics() throws Exception {
    HoldfastMetrics metrics = HoldfastMetrics.on(registry);
    Holdfast worker = work(b -> b.orchestration(ECHO).listener(metrics));
    metrics.watch(StoreWatch.of(worker.client()));
    worker.client().start(ECHO, "e", "x");
    worker.client().await(ECHO, "e", LONG);
    ObservabilityServer server =
        closing(ObservabilityServer.builder().prometheus(registry).start());

    await(() -> registry.find("holdfast.executions.ended").counter() != null);
    HttpResponse<String> plain = get(server, "/metrics");
    HttpResponse<String> open =
        get(server, "/metrics", "Accept", "application/openmetrics-text; version=1.0.0");

    assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(plain.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(plain.body())
        .contains(
            "holdfast_executions_ended_total{orchestration=\"echo\",status=\"completed\"} 1.0")
        .contains("holdfast_store_reachable 1.0");
    assertThat(open.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void healthIsAStatusWithItsReasons() throws Exception {
    Holdfast worker = work(b -> b.orchestration(ECHO));
    ObservabilityServer server =
        closing(ObservabilityServer.builder().health(Health.of(worker)).start());

    HttpResponse<String> ready = get(server, "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(new JsonMapper().readTree(ready.body()))
        .isEqualTo(new JsonMapper().readTree("{\"ready\":true,\"live\":true,\"findings\":[]}"));

    worker.close();

    HttpResponse<String> closed = get(server, "/health/ready");
    JsonNode finding = new JsonMapper().readTree(closed.body()).path("findings").path(0);
    assertThat(closed.statusCode()).isEqualTo(503);
    assertThat(finding.path("kind").asString()).isEqualTo("worker-closed");
    assertThat(finding.path("whatToDo").asString()).isNotBlank();
    assertThat(get(server, "/health/live").statusCode())
        .as("one that closes is not to be killed")
        .isEqualTo(200);
  }

  @Test
  void livenessAsksNothingOfTheStore() throws Exception {
    StoreWatch never =
        StoreWatch.of(
            new StoreWatch.Features() {
              @Override
              public <C extends Capability> Optional<C> find(Class<C> type) {
                throw new IllegalStateException("the store is asked");
              }
            });
    ObservabilityServer server =
        closing(ObservabilityServer.builder().health(Health.builder(never).build()).start());

    assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
    assertThat(get(server, "/health/ready").statusCode()).as("it cannot be shown").isEqualTo(500);
  }

  @Test
  void nothingElseIsThere() throws Exception {
    Holdfast worker = work(b -> b.orchestration(ECHO));
    ObservabilityServer server =
        closing(ObservabilityServer.builder().health(Health.of(worker)).start());

    for (String path : List.of("/", "/metrics", "/health", "/health/ready/now")) {
      assertThat(get(server, path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(
            send(
                    server,
                    HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString("x")),
                    "/health/live")
                .statusCode())
        .isEqualTo(405);
  }
}
