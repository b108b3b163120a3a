// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.words.LiveWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that an older version has written, with work under way, goes on under this one. */
class OldStoreIT {

  private static final int OPENERS = 8;

  /** Processes that still run call these. */
  private static final Pattern OLD_FUNCTIONS = Pattern.compile("\\w+_1 \\| \\w{32}|1 \\| 1 \\| .*");

  private static final Duration LOCK = Duration.ofMinutes(1);

  private final Tenant tenant = Tenant.inOwnDatabase();
  private final PostgresPlace place = new PostgresPlace(tenant);

  @BeforeEach
  void loadTheOldStore() {
    OldStore.load(OldStore.OF_VERSION_2, tenant.location());
  }

  @AfterEach
  void dropTenant() {
    tenant.drop();
  }

  @Test
  void liveWorkGoesOnToItsEnd() {
    PostgresTestStore store = new PostgresTestStore(tenant);
    var clock = store.timeControl().orElseThrow();
    try (Provider provider = store.open()) {
      LiveWork.finish(provider);
      clock.advance(Duration.between(clock.now(), LiveWork.DUE).minusNanos(1_000));
      assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK))).isEmpty();
      clock.advance(Duration.ofNanos(1_000));
      LiveWork.finishTimer(provider);
    }
  }

  @Test
  void openingChangesNothingThatWasStored() {
    Map<String, String> columns = columns();
    Map<String, List<String>> before = rows(columns);
    Providers.open(place.config(OldStore.SCHEMA)).close();
    assertThat(rows(columns)).isEqualTo(before);
  }

  @Test
  void theSchemaIsThatOfANewStore() {
    Providers.open(place.config(OldStore.SCHEMA)).close();
    Providers.open(place.config("new")).close();
    List<String> fresh = new PostgresSchemaBox(tenant.location(), "new").schema();
    List<String> migrated = new PostgresSchemaBox(tenant.location(), OldStore.SCHEMA).schema();
    assertThat(migrated).containsAll(fresh);
    migrated.removeAll(fresh);
    assertThat(migrated).allMatch(left -> OLD_FUNCTIONS.matcher(left).matches());
  }

  @Test
  void checkOnlyDoesNotMigrate() {
    List<String> before = versions(OldStore.SCHEMA);
    ProviderConfig config =
        ProviderConfig.url(tenant.location().url())
            .option("schema", OldStore.SCHEMA)
            .schemaMode(SchemaMode.CHECK_ONLY)
            .build();
    if (before.equals(newest())) {
      Providers.open(config).close();
    } else {
      assertThatThrownBy(() -> Providers.open(config))
          .isInstanceOf(Misconfigured.class)
          .hasMessageContaining("version 2");
    }
    assertThat(versions(OldStore.SCHEMA)).isEqualTo(before);
  }

  @Test
  void eightProcessesMigrateItOnce() {
    CrashTarget target = place.crashTarget(OldStore.SCHEMA).orElseThrow();
    List<ChildJvm> children = new ArrayList<>();
    try {
      for (int i = 0; i < OPENERS; i++) {
        children.add(ChildJvm.start(target, Task.OPEN));
      }
      children.forEach(child -> child.line("ready"));
      children.forEach(child -> child.tell("open"));
      children.forEach(child -> child.line("opened"));
    } finally {
      children.forEach(ChildJvm::close);
    }
    assertThat(versions(OldStore.SCHEMA)).isEqualTo(newest());
    try (Provider provider = Providers.open(place.config(OldStore.SCHEMA))) {
      LiveWork.finish(provider);
    }
  }

  private List<String> newest() {
    Providers.open(place.config("newest")).close();
    return versions("newest");
  }

  private List<String> versions(String schema) {
    return query("SELECT version, checksum FROM %s.schema_version ORDER BY 1".formatted(schema));
  }

  /** The columns of each table, but those of records and of owners, which come and go. */
  private Map<String, String> columns() {
    Map<String, String> columns = new TreeMap<>();
    for (String table :
        query(
            """
            SELECT tablename FROM pg_tables
             WHERE schemaname = 'holdfast' AND tablename NOT IN ('schema_version', 'function_set', 'owner')
            """)) {
      columns.put(
          table,
          query(
                  """
                  SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
                   WHERE attrelid = 'holdfast.%s'::regclass AND attnum > 0
                  """
                      .formatted(table))
              .get(0));
    }
    return columns;
  }

  private Map<String, List<String>> rows(Map<String, String> columns) {
    Map<String, List<String>> rows = new TreeMap<>();
    columns.forEach((table, list) ->
        rows.put(table, query("SELECT %s FROM holdfast.%s ORDER BY 1, 2".formatted(list, table))));
    return rows;
  }

  private List<String> query(String sql) {
    return TestServer.queryText(tenant.location(), sql);
  }
}
