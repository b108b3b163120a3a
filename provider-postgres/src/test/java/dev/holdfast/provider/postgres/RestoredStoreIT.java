// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.provider.postgres.connect.StoreGuard;
import dev.holdfast.provider.postgres.schema.SchemaName;
import dev.holdfast.provider.postgres.server.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store that is dropped, or restored from a backup, while processes have it open: they serve
 * nothing any more, and say why. What has only changed its tables is the same store.
 */
@Timeout(300)
class RestoredStoreIT {

  private static final Duration LOCK = Duration.ofMinutes(10);

  private final Tenant tenant = Tenant.inOwnDatabase();

  @TempDir Path directory;

  @AfterEach
  void dropTenant() {
    tenant.drop();
  }

  private Provider open(String options) {
    return Providers.open(tenant.location().url() + "?schema=shop" + options);
  }

  private static OrchestratorMessage start(String id) {
    return OrchestratorMessage.builder(id, "Start", Payload.utf8("in"))
        .start(ExecutionStart.of("order"))
        .build();
  }

  private void sql(String text) {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private Connection connection() throws SQLException {
    Location where = tenant.location();
    return DriverManager.getConnection(where.jdbcUrl(), where.user(), where.password());
  }

  /** Calls until the handle serves nothing any more; what it says until then is its own matter. */
  private static Misconfigured refused(Provider provider) {
    while (true) {
      try {
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK));
      } catch (Misconfigured e) {
        return e;
      } catch (ProviderError e) {
        assertThat(e).as("while it is restored").isNotNull();
      }
      Thread.onSpinWait();
    }
  }

  private String tool(String name, String... arguments) throws IOException, InterruptedException {
    Location where = tenant.location();
    List<String> command = new ArrayList<>(List.of(name, "--dbname=" + where.url()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private static @Nullable String missing(String tool) {
    try {
      Process process = new ProcessBuilder(tool, "--version").start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0 ? null : tool + " does not run";
    } catch (IOException | InterruptedException e) {
      return tool + " is not on the path";
    }
  }

  @Test
  void aBackupThatIsRestoredUnderRunningProcessesIsNoticed() throws Exception {
    for (String tool : List.of("pg_dump", "pg_restore")) {
      String missing = missing(tool);
      assumeTrue(missing == null, missing);
    }
    String dump = directory.resolve("shop.dump").toString();
    try (Provider one = open("");
        Provider other = open("")) {
      one.enqueue(start("before"));
      String said = tool("pg_dump", "--format=custom", "--schema=shop", "--file=" + dump);
      assumeFalse(said.contains("version mismatch"), said); // of tools that are older
      assertThat(Path.of(dump)).as(said).exists();
      one.enqueue(start("after"));

      sql("DROP SCHEMA shop CASCADE");
      said = tool("pg_restore", dump);

      assertThat(refused(one)).as(said).hasMessageContainingAll("\"shop\"", "start them again");
      assertThat(refused(other)).hasMessageContaining("while it was open");
      try (Provider anew = open("")) {
        assertThat(anew.describeInstance("before")).isPresent();
        assertThat(anew.describeInstance("after")).as("it has gone back").isEmpty();
        anew.enqueue(start("again"));
      }
      assertThat(refused(one)).as("also when it is used again").isNotNull();
    }
  }

  @Test
  void anotherStoreInItsPlaceIsNoticed() throws Exception {
    try (Provider idle = open("")) {
      idle.enqueue(start("before"));
      sql("ALTER SCHEMA shop RENAME TO shop_of_yesterday");
      open("").close();
      assertThat(refused(idle)).hasMessageContaining("while it was open");
      TransactionalEnqueue posting = idle.capability(TransactionalEnqueue.class).orElseThrow();
      try (Connection connection = connection()) {
        connection.setAutoCommit(false);
        assertThatCode(() -> posting.enqueue(connection, start("after")))
            .isInstanceOf(Misconfigured.class);
      }
    }
  }

  /** Also while nobody listens, be it for ever or until something is waited for. */
  @ParameterizedTest
  @ValueSource(strings = {"&listen=false", "&takeoverMillis=off"})
  void whoeverCallsNoticesToo(String options) {
    try (Provider provider = open(options)) {
      provider.enqueue(start("before"));
      sql("ALTER SCHEMA shop RENAME TO shop_of_yesterday");
      open("").close();
      assertThat(refused(provider)).hasMessageContaining("while it was open");
    }
  }

  @Test
  void aStoreThatIsDroppedIsGoneForTheHandleAlsoWhenItComesBack() {
    try (Provider provider = open("")) {
      provider.enqueue(start("before"));
      sql("DROP SCHEMA shop CASCADE");
      assertThat(refused(provider)).hasMessageContainingAll("dropped", "while it was open");
      open("").close();
      assertThat(refused(provider)).hasMessageContaining("while it was open");
    }
  }

  @Test
  void whatIsVacuumedOrMigratedIsTheSameStore() throws Exception {
    try (Provider provider = open("");
        Connection connection = connection()) {
      provider.enqueue(start("before"));
      StoreGuard guard = new StoreGuard(connection, new SchemaName("shop"));
      sql("VACUUM FULL");
      sql("REINDEX SCHEMA shop");
      sql("ALTER SEQUENCE shop.order_seq RESTART WITH 1000000000000");
      open("").close();
      guard.look(connection);
      assertThatCode(() -> provider.describeInstance("before")).doesNotThrowAnyException();
    }
  }
}
