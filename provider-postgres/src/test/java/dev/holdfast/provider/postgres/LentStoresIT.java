// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.postgres.plan.PlanLog;
import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.StoreSwitch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that is lent again is as a new one, and only if it can be. */
class LentStoresIT {

  /**
   * A row of its own in the place of those that migrations have left, in every table, and a number
   * drawn from every sequence: a table that a later migration adds is among them.
   */
  private static final String CHANGE_ALL =
      """
      DO $$
      DECLARE
        one record;
      BEGIN
        SET LOCAL session_replication_role = replica;
        FOR one IN
          SELECT c.oid::regclass AS name,
                 string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
                 string_agg(CASE format_type(a.atttypid, NULL)
                              WHEN 'text' THEN quote_literal('x')
                              WHEN 'bytea' THEN quote_literal('')
                              WHEN 'boolean' THEN 'true'
                              WHEN 'timestamp with time zone' THEN 'now()'
                              WHEN 'integer' THEN '1'
                              WHEN 'bigint' THEN '1'
                              WHEN 'smallint' THEN '1'
                              ELSE 'NULL'
                            END, ', ' ORDER BY a.attnum) AS texts
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relnamespace = '"%1$s"'::regnamespace AND c.relkind = 'r'
             AND c.relname NOT IN ('schema_version', 'function_set', 'tck_clock')
             AND a.attnum > 0 AND NOT a.attisdropped
           GROUP BY c.oid
        LOOP
          EXECUTE 'DELETE FROM ' || one.name;
          EXECUTE format('INSERT INTO %%s (%%s) OVERRIDING SYSTEM VALUE VALUES (%%s)',
                         one.name, one.columns, one.texts);
        END LOOP;
        PERFORM nextval(s.seqrelid::regclass)
           FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
          WHERE c.relnamespace = '"%1$s"'::regnamespace;
        UPDATE "%1$s".tck_clock SET micros = 0;
      END $$
      """;

  private final LentStores stores = new LentStores();

  @AfterEach
  void dropThem() {
    stores.close();
  }

  /** What a test can do to a store that emptying it does not undo. */
  enum Tampering {
    COLUMN(store -> execute(store, "ALTER TABLE \"%s\".run ADD COLUMN more text")),
    NULL(store -> execute(store, "ALTER TABLE \"%s\".run ALTER COLUMN kind DROP NOT NULL")),
    INDEX(store -> execute(store, "DROP INDEX \"%s\".run_created")),
    TABLE(store -> execute(store, "CREATE TABLE \"%s\".more ()")),
    SEQUENCE(store -> execute(store, "ALTER SEQUENCE \"%s\".order_seq INCREMENT 2")),
    FUNCTION(store ->
        execute(store, "CREATE FUNCTION \"%s\".more() RETURNS integer LANGUAGE sql AS 'SELECT 1'")),
    STATISTICS(store -> execute(store, "ANALYZE \"%s\".schema_version")),
    MUCH(store ->
        execute(
            store,
            """
            INSERT INTO "%s".history (instance_key, execution_id, event_id, kind, data, recorded_at)
            SELECT 1, 1, n, 'x', sha512(n::text::bytea), 0 FROM generate_series(1, 50000) n
            """)),
    COMMIT_HOLD(store -> store.commitHold().orElseThrow().take().close()),
    AUDIT_SWITCH(store -> {
      StoreSwitch audit = store.auditSwitch().orElseThrow();
      audit.stop();
      audit.start();
    }),
    CALLERS_TABLE(store -> store.callersConnections().orElseThrow().table()),
    ROLE(store -> PlanLog.logPlansOf(store.tenant().name(), store.tenant().admin()));

    private final Consumer<PostgresTestStore> how;

    Tampering(Consumer<PostgresTestStore> how) {
      this.how = how;
    }

    private static void execute(PostgresTestStore store, String sql) {
      TestServer.get().execute(sql.formatted(store.schema()));
    }
  }

  @Test
  void aStoreThatWasFilledIsLentAgainAsANewOne() {
    String filled;
    try (PostgresTestStore store = opened()) {
      filled = store.schema();
      TestServer.get().execute(CHANGE_ALL.formatted(filled));
    }
    try (PostgresTestStore again = PostgresTestStore.from(stores)) {
      assertThat(again.schema()).isEqualTo(filled);
      assertThat(query("SELECT number FROM \"%s\".owner", filled)).isEmpty();
      try (PostgresTestStore fresh = opened()) {
        assertThat(content(again)).isEqualTo(content(fresh));
        assertThat(again.timeControl().orElseThrow().now())
            .isBeforeOrEqualTo(fresh.timeControl().orElseThrow().now());
      }
    }
  }

  private static List<String> content(PostgresTestStore store) {
    PostgresSchemaBox box = new PostgresSchemaBox(store.tenant().admin(), store.schema());
    List<String> content = box.schema();
    box.rows().stream().filter(row -> !row.startsWith("tck_clock ")).forEach(content::add);
    content.addAll(
        query(
            """
            SELECT sequencename || ' ' || start_value || ' ' || coalesce(last_value, 0)
              FROM pg_sequences WHERE schemaname = '%s' ORDER BY 1
            """,
            store.schema()));
    return content;
  }

  @Test
  void aStoreThatWasStoppedIsLentRunning() {
    String stopped;
    try (PostgresTestStore store = opened()) {
      stopped = store.schema();
      store.storeSwitch().orElseThrow().stop();
    }
    try (PostgresTestStore again = opened()) {
      assertThat(again.schema()).isEqualTo(stopped);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoreThatWasTamperedWithIsNotLentAgain(Tampering tampering) {
    String tampered;
    try (PostgresTestStore store = opened()) {
      tampered = store.schema();
      tampering.how.accept(store);
    }
    try (PostgresTestStore next = PostgresTestStore.from(stores)) {
      assertThat(next.schema()).isNotEqualTo(tampered);
    }
    assertThat(query("SELECT 1 FROM pg_namespace WHERE nspname = '%s'", tampered)).isEmpty();
  }

  @Test
  void nobodyWhoWasLeftBehindComesIn() throws SQLException {
    Location left;
    Connection connection;
    String schema;
    try (PostgresTestStore store = opened()) {
      schema = store.schema();
      left = store.tenant().location();
      connection = TestServer.connect(left);
    }
    try (connection;
        PostgresTestStore again = opened()) {
      assertThat(again.schema()).isEqualTo(schema);
      assertThat(connection.isValid(1)).isFalse();
      assertThatThrownBy(() -> TestServer.connect(left)).isInstanceOf(SQLException.class);
    }
  }

  private PostgresTestStore opened() {
    PostgresTestStore store = PostgresTestStore.from(stores);
    store.open().close();
    return store;
  }

  private static List<String> query(String sql, String schema) {
    return TestServer.get().queryText(sql.formatted(schema));
  }
}
