// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One schema and one role per store, in one database of the test server. Schemas that were emptied
 * are lent again.
 */
public final class PostgresFixture implements TckFixture {

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity(
        "postgres", System.getProperty("holdfast.version", "0.1.0-SNAPSHOT"));
  }

  @Override
  public TestStore freshStore(String purpose) {
    return PostgresTestStore.from(LentStores.OF_THIS_JVM);
  }

  @Override
  public Optional<StorePlace> freshPlace(String purpose) {
    return Optional.of(new PostgresPlace(Tenant.inOwnDatabase()));
  }

  @Override
  public Optional<ProviderConfig> unreachable() {
    return Optional.of(
        ProviderConfig.url("postgres://nobody@localhost:" + closedPort() + "/nowhere")
            .option("connectTimeoutMillis", "2000")
            .build());
  }

  private static int closedPort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> illegalOptions() {
    return Map.of(
        "poolSize", "-1",
        "connectTimeoutMillis", "soon",
        "callTimeoutMillis", "0",
        "listen", "perhaps",
        "takeoverMillis", "never",
        "schema", "pg_mine");
  }

  /** Rules mostly wait for the server. */
  @Override
  public int storesAtOnce() {
    return 4;
  }

  @Override
  public Optional<List<String>> leftOvers() {
    return Optional.of(
        TestServer.get()
            .queryText(
                """
                SELECT 'role ' || rolname FROM pg_roles WHERE starts_with(rolname, '%1$s')
                UNION ALL
                SELECT 'database ' || datname FROM pg_database WHERE starts_with(datname, '%1$s')
                UNION ALL
                SELECT 'connection of ' || usename || ': ' || query
                  FROM pg_stat_activity WHERE starts_with(usename, '%1$s')
                """
                    .formatted(Tenant.OF_THIS_JVM)));
  }
}
