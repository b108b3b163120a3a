// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import java.util.List;
import java.util.stream.Stream;

/** Fills the log with the events of others. */
public final class StreamFilling {

  /** The tables of streams. */
  public static final List<String> TABLES =
      List.of("stream", "event", "event_label", "append_key", "snapshot");

  private static final List<String> INSERTS =
      List.of(
          """
          INSERT INTO :schema.stream (category, id, last_version, created_at, last_recorded_at)
          SELECT 'filled', 'filled-' || n, 10, 1, 1 FROM generate_series(1, :rows / 10) AS n
          """,
          """
          INSERT INTO :schema.event (position, stream_key, version, recorded_at, schema_version, size, type,
                                event_id, tags, data)
          SELECT l.last + n, n % (:rows / 10) - 1000000, n / (:rows / 10) + 1, l.at + n, 1, 0, 'filled', 'filled-' || n, '', ''
            FROM (SELECT max(position) AS last, max(recorded_at) AS at FROM :schema.event) AS l
           CROSS JOIN generate_series(1, :rows) AS n
          """,
          """
          INSERT INTO :schema.event_label (label, position)
          SELECT CASE WHEN k = 0 THEN 1 ELSE e.position * 7 + k END, e.position
            FROM :schema.event e CROSS JOIN generate_series(0, 2) AS k
           WHERE e.type = 'filled'
          """,
          """
          INSERT INTO :schema.append_key
          SELECT n % (:rows / 10) - 1000000, 'filled-' || n, 1, 1, 1, 1, 1, '' FROM generate_series(1, :rows) AS n
          """,
          """
          INSERT INTO :schema.snapshot
          SELECT n % 10 - 1000000, 'filled', n, 1, 0, 0, '' FROM generate_series(1, :rows) AS n
          """);

  private StreamFilling() {}

  /**
   * Fills every table behind what is there, and has the server look at them.
   *
   * @param events how many events
   */
  public static void fill(Location location, String schema, int events) {
    String prefix = '"' + schema + "\".";
    Stream<String> inserts =
        INSERTS.stream()
            .map(insert ->
                insert.replace(":schema.", prefix).replace(":rows", Integer.toString(events)));
    Stream<String> analyze = TABLES.stream().map(table -> "ANALYZE " + prefix + table);
    TestServer.execute(location, Stream.concat(inserts, analyze).toArray(String[]::new));
  }
}
