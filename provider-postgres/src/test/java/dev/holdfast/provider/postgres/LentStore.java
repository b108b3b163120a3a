// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.server.TestServer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schema and the role that it belongs to, lent to one test after another. What is in it is gone
 * when it is lent again, and so is the name under which the role could enter: a handle or a process
 * that a test has left behind comes in no more. Thread-safe.
 */
final class LentStore {

  /**
   * What a test could have changed of the schema itself: each row of the catalogs about it with the
   * transaction that wrote it last, what vacuum and analyze have found, and what else belongs to
   * the role.
   */
  private static final String CATALOG =
      """
      SELECT md5(string_agg(fact, ' ' ORDER BY fact))
        FROM (SELECT concat_ws(':', oid, xmin, relpages, reltuples) AS fact
                FROM pg_class WHERE relnamespace = to_regnamespace('"%1$s"')
              UNION ALL
              SELECT concat_ws(':', a.attrelid, a.attnum, a.xmin)
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
               WHERE c.relnamespace = to_regnamespace('"%1$s"')
              UNION ALL
              SELECT concat_ws(':', s.seqrelid, s.xmin)
                FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
               WHERE c.relnamespace = to_regnamespace('"%1$s"')
              UNION ALL
              SELECT concat_ws(':', t.oid, t.xmin)
                FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
               WHERE c.relnamespace = to_regnamespace('"%1$s"')
              UNION ALL
              SELECT concat_ws(':', oid, xmin)
                FROM pg_proc WHERE pronamespace = to_regnamespace('"%1$s"')
              UNION ALL
              SELECT concat_ws(':', oid, xmin)
                FROM pg_constraint WHERE connamespace = to_regnamespace('"%1$s"')
              UNION ALL
              SELECT concat_ws(':', oid, xmin)
                FROM pg_type WHERE typnamespace = to_regnamespace('"%1$s"')
              UNION ALL
              SELECT concat_ws(':', oid, xmin)
                FROM pg_namespace WHERE nspowner = '%2$s'::regrole
              UNION ALL
              SELECT concat_ws(':', setdatabase, setrole, xmin)
                FROM pg_db_role_setting WHERE setrole = '%2$s'::regrole) facts
      """;

  private static final String BYTES =
      """
      SELECT sum(pg_relation_size(oid)) < %2$d
        FROM pg_class WHERE relnamespace = to_regnamespace('"%1$s"')
      """;

  /** To empty more takes longer than to make a new one. */
  private static final int MOST_BYTES = 4 << 20;

  /**
   * Every table and every sequence becomes what the migrations have left; what says which of them
   * were applied stays.
   */
  private static final String EMPTY =
      """
      DO $$
      DECLARE
        one record;
      BEGIN
        SET LOCAL session_replication_role = replica; -- triggers keep events
        FOR one IN
          SELECT c.oid::regclass AS name
            FROM pg_class c
           WHERE c.relnamespace = to_regnamespace('"%1$s"') AND c.relkind = 'r'
             AND c.relname NOT IN ('schema_version', 'function_set', 'tck_clock')
             AND pg_relation_size(c.oid) > 0
        LOOP
          EXECUTE 'DELETE FROM ' || one.name;
        END LOOP;
        PERFORM setval(s.seqrelid::regclass, s.seqstart, false)
           FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
          WHERE c.relnamespace = to_regnamespace('"%1$s"');
        INSERT INTO "%1$s".deleted_version (version) VALUES (0);
      END $$
      """;

  private final String schema;
  private Tenant tenant;
  private @Nullable String asMade;

  /** Creates it for a new role; opening it the first time makes the schema. */
  LentStore(Tenant tenant) {
    this.tenant = tenant;
    this.schema = tenant.name();
  }

  String schema() {
    return schema;
  }

  synchronized Tenant tenant() {
    return tenant;
  }

  /** Whether the schema exists, with the clock of tests in it. */
  synchronized boolean isMade() {
    return asMade != null;
  }

  /** Notes that it was opened, with the clock of tests in it. */
  synchronized void opened() {
    if (asMade == null) {
      asMade = catalog();
    }
  }

  private String catalog() {
    return TestServer.get().queryText(CATALOG.formatted(schema, tenant.name())).get(0);
  }

  /** Lets its role in under another name. */
  synchronized void enterAs(String name) {
    tenant = tenant.renamed(name);
    tenant.letIn();
  }

  /** Throws everybody out, who cannot come in again: the role has another name now. */
  synchronized void leaveAs(String name) {
    tenant = tenant.renamed(name);
    tenant.throwOut();
  }

  /** Empties it, unless a test has changed more than rows. */
  synchronized boolean empty() {
    TestServer server = TestServer.get();
    if (asMade == null
        || !asMade.equals(catalog())
        || !server.queryText(BYTES.formatted(schema, MOST_BYTES)).equals(List.of("t"))) {
      return false;
    }
    server.execute(EMPTY.formatted(schema));
    return true;
  }

  synchronized void drop() {
    TestServer.get().execute("DROP SCHEMA IF EXISTS \"%s\" CASCADE".formatted(schema));
    tenant.drop();
  }
}
