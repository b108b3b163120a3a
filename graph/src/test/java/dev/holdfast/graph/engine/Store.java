// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.graph.Graphs;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.worker.RedeliveryBackoff;
import dev.holdfast.worker.WorkerSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A fresh store for a test, and what is open on it. */
final class Store {

  /** Longer than anything takes; reached only when something is broken. */
  static final Duration LONG = Duration.ofSeconds(60);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final String url;
  final Provider provider;

  private Store(String url) {
    this.url = url;
    this.provider = TamperedProvider.of(openHandle(), Tampering.current());
  }

  static Store sqlite(Path directory) {
    return new Store("sqlite:" + directory.resolve("store.db") + "?synchronous=normal");
  }

  static Store postgres() {
    TestSchema schema = TestSchema.create("graph");
    Store store = new Store(schema.url());
    store.open.addLast(schema);
    return store;
  }

  String url() {
    return url;
  }

  /** Takes the audit log's table away, past the provider. */
  void dropAuditTable() throws SQLException {
    boolean sqlite = url.startsWith("sqlite:");
    String schema = url.substring(url.indexOf("schema=") + "schema=".length());
    try (Connection connection = DriverManager.getConnection(jdbcUrl());
        Statement sql = connection.createStatement()) {
      if (sqlite) {
        sql.execute("PRAGMA busy_timeout = 30000");
      }
      sql.execute(
          "DROP TABLE " + (sqlite ? "holdfast_audit_record" : "\"" + schema + "\".audit_record"));
    }
  }

  /** What JDBC calls the database of the store, which has its schema. */
  private String jdbcUrl() {
    String place = url.substring(0, url.indexOf(url.startsWith("sqlite:") ? "?" : "schema="));
    return place
        .replaceFirst("^(?=sqlite:)", "jdbc:")
        .replaceFirst("^postgres://(\\w+)@([^?]*)\\?", "jdbc:postgresql://$2?user=$1&");
  }

  Provider openHandle() {
    return closing(Providers.open(ProviderConfig.url(url).build()));
  }

  <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  /** What workers of tests are set to. */
  static WorkerSettings quick() {
    return WorkerSettings.defaults()
        .withCloseGrace(Duration.ZERO)
        .withRedelivery(new RedeliveryBackoff(Duration.ZERO, Duration.ofMillis(20)));
  }

  Graphs start(Graphs.Builder builder) {
    return closing(builder.closeOnShutdown(false).start());
  }

  /** Waits for a condition that nothing signals. */
  static void await(BooleanSupplier condition) {
    Semaphore never = new Semaphore(0);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      try {
        assertThat(never.tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  void close() throws Exception {
    @Nullable Exception first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
