// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.observability.internal.HealthJson;
import dev.holdfast.observability.internal.HttpPage;
import dev.holdfast.observability.internal.PrometheusPage;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small HTTP server for those who watch a process: {@code /metrics} for Prometheus, {@code
 * /health/ready} and {@code /health/live} for whoever starts and stops processes. Unless told
 * otherwise only this machine reaches it: it asks nobody for a password. Thread-safe.
 *
 * <p>{@code /health/…} answers 200 or 503, with the findings as JSON. {@code /health/live} asks
 * nothing of the store.
 */
public final class ObservabilityServer implements AutoCloseable {

  private static final int THREADS = 2;

  private final HttpServer server;
  private final ExecutorService threads;

  private ObservabilityServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /** {@return a new builder of a server on a free port of this machine} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return where it listens} */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stops at once. Closing again does nothing. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Collects what a server shows. Not thread-safe. */
  public static final class Builder {
    private final Map<String, HttpPage> pages = new LinkedHashMap<>();
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private Builder() {}

    /**
     * Shows a registry under {@code /metrics}. Needs {@code micrometer-registry-prometheus}.
     *
     * @param registry the registry
     * @return this
     */
    public Builder prometheus(PrometheusMeterRegistry registry) {
      pages.put("/metrics", PrometheusPage.of(Objects.requireNonNull(registry, "registry")));
      return this;
    }

    /**
     * Shows health under {@code /health/ready} and {@code /health/live}.
     *
     * @param health the health
     * @return this
     */
    public Builder health(Health health) {
      Objects.requireNonNull(health, "health");
      pages.put("/health/ready", accepted -> HealthJson.page(health.check(), HealthReport::ready));
      pages.put(
          "/health/live", accepted -> HealthJson.page(health.checkLiveness(), HealthReport::live));
      return this;
    }

    /**
     * Sets the port, on this machine only.
     *
     * @param port the port, 0 for a free one
     * @return this
     */
    public Builder port(int port) {
      return bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Sets where it listens. Who reaches it sees names of orchestrations and ids of instances.
     *
     * @param address the address; a free port of this machine unless set
     * @return this
     */
    public Builder bind(InetSocketAddress address) {
      this.address = Objects.requireNonNull(address, "address");
      return this;
    }

    /**
     * Begins to listen.
     *
     * @return the server, to be closed by the caller
     * @throws UncheckedIOException when it cannot listen there
     */
    public ObservabilityServer start() {
      try {
        HttpServer server = HttpServer.create(address, 0);
        pages.forEach((path, page) -> server.createContext(path, page.handler(path)));
        ExecutorService threads =
            Executors.newFixedThreadPool(
                THREADS,
                work -> {
                  Thread thread = new Thread(work, "holdfast-observability");
                  thread.setDaemon(true);
                  return thread;
                });
        server.setExecutor(threads);
        server.start();
        return new ObservabilityServer(server, threads);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot listen on " + address, e);
      }
    }
  }
}
