// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import java.util.List;
import java.util.stream.Stream;

/** Fills a store with what lies in one after years, none of it deliverable. */
public final class Filling {

  /** The tables of a store. */
  public static final List<String> TABLES =
      List.of(
          "instance",
          "ready",
          "execution",
          "history",
          "message",
          "message_id",
          "activity",
          "lease",
          "key_value");

  /** The tables of states. */
  public static final List<String> STATE_TABLES = List.of("run", "step");

  /** The tables of inboxes. */
  public static final List<String> INBOX_TABLES = List.of("inbox", "inbox_message", "inbox_id");

  /** Keys of the store's own grow from 1; its moments are before the year 2096. */
  private static final List<String> INSERTS =
      List.of(
          """
          INSERT INTO :schema.instance (instance_key, instance_id, name, created_at, execution_id)
          OVERRIDING SYSTEM VALUE
          SELECT 100000000 + n, 'filled-' || n, 'filled', 0, 1 FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.ready (instance_key, ready_at, tie_breaker)
          SELECT 100000000 + n, 4000000000000000 + n, n FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.execution (instance_key, execution_id, status, started_at)
          SELECT 100000000 + n, 1, 'COMPLETED', 0 FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.history (instance_key, execution_id, event_id, kind, data, recorded_at)
          SELECT 100000000 + n / 4, 1, n % 4 + 1, 'filled', '', 0 FROM :rows AS n
          """,
          """
          INSERT INTO :schema.message (instance_key, visible_at, seq, kind, body, discard_if_unknown)
          SELECT 100000000 + n, 4000000000000000 + n, 0, 'filled', '', false FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.message_id (instance_key, message_id, content_hash)
          SELECT 100000000 + n, 'filled', '' FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.key_value (instance_key, key, merged_at, merged)
          SELECT 100000000 + n, 'filled', 0, '' FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.activity (
                   instance_key, execution_id, activity_id, seq, name, input, orchestration_name, ready_at)
          SELECT 100000000 + n, 1, 1, n, 'filled', '', 'filled', 4000000000000000 + n FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.activity (
                   instance_key, execution_id, activity_id, seq, name, input, orchestration_name, ready_at, tag)
          SELECT 100000000 + n, 1, 2, n, 'filled', '', 'filled', 4000000000000000 + n, 'filled' FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.lease (name, holder, epoch, acquired_at, lease_until)
          SELECT 'filled-' || n, 'filled', n + 1, n, CASE WHEN n % 2 = 0 THEN n ELSE 4000000000000000 + n END
            FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.run (run_key, run_id, kind, status, version, attempt, created_at, updated_at)
          OVERRIDING SYSTEM VALUE
          SELECT 100000000 + n, 'filled-' || n, 'filled', CASE WHEN n % 2 = 0 THEN 'COMPLETED' ELSE 'SUSPENDED' END, 1, 1, n, n
            FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.step (run_key, step_id, status, version, attempt, created_at, updated_at)
          SELECT 100000000 + n / 4, 'step-' || n % 4, 'IDLE', 1, 1, n, n FROM :rows AS n
          """,
          // Half of them triggers of suspended runs, whose inputs are consumed.
          """
          INSERT INTO :schema.inbox (inbox_key, run_id, step_id, port, last_sequence)
          OVERRIDING SYSTEM VALUE
          SELECT 100000000 + n, 'filled-' || n, 'filled', CASE WHEN n % 2 = 0 THEN 'filled' ELSE 'trigger' END, 2 FROM :quarter AS n
          """,
          """
          INSERT INTO :schema.inbox_message (inbox_key, sequence, message_id, content_hash, payload, appended_at, consumed_at)
          SELECT 100000000 + n / 2, n % 2 + 1, 'filled-' || n % 2, '', '', n, CASE WHEN n % 4 <> 1 THEN n + 1 END FROM :rows AS n
          """,
          """
          INSERT INTO :schema.inbox_id (inbox_key, message_id, sequence, content_hash, forget_at)
          SELECT 100000000 + n, 'filled', 1, '', 4000000000000000 + n FROM :quarter AS n
          """);

  private Filling() {}

  /**
   * Fills every table and has the server look at them.
   *
   * @param rows how many events there are; of everything else there is a quarter
   */
  public static void fill(Location location, String schema, int rows) {
    String prefix = '"' + schema + "\".";
    Stream<String> inserts =
        INSERTS.stream()
            .map(insert ->
                insert
                    .replace(":schema.", prefix)
                    .replace(":rows", series(rows))
                    .replace(":quarter", series(rows / 4)));
    Stream<String> analyze =
        Stream.of(TABLES, STATE_TABLES, INBOX_TABLES)
            .flatMap(List::stream)
            .map(table -> "ANALYZE " + prefix + table);
    TestServer.execute(location, Stream.concat(inserts, analyze).toArray(String[]::new));
  }

  private static String series(int rows) {
    return "generate_series(0, %d)".formatted(rows - 1);
  }
}
