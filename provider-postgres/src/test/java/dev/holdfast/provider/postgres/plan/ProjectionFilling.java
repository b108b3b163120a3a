// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import java.util.List;
import java.util.stream.Stream;

/** Fills projections of others: many names, generations, shards, rows and parked events. */
public final class ProjectionFilling {

  /** The tables of projections. */
  public static final List<String> TABLES =
      List.of("projection", "generation", "checkpoint", "projection_row", "parked_event");

  private static final List<String> INSERTS =
      List.of(
          """
          INSERT INTO :schema.projection (name, live, newest)
          SELECT 'filled-' || n, 1, 10 FROM generate_series(1, :rows / 100) AS n
          """,
          """
          INSERT INTO :schema.generation (projection_key, generation)
          SELECT p.projection_key, n FROM :schema.projection p CROSS JOIN generate_series(1, 10) AS n
           WHERE p.name LIKE 'filled-%'
          """,
          """
          INSERT INTO :schema.checkpoint (generation_key, shard, position, updated_at)
          SELECT g.generation_key + 1000000, n, 1, 1
            FROM :schema.generation g CROSS JOIN generate_series(0, 9) AS n
          """,
          """
          INSERT INTO :schema.projection_row (generation_key, key, version, size, value)
          SELECT n % 10 - 1000000, 'filled-' || n, n, 0, '' FROM generate_series(1, :rows) AS n
          """,
          """
          INSERT INTO :schema.parked_event
          SELECT n % 10 - 1000000, n, 'filled', 'filled', 1, 1, 1, '' FROM generate_series(1, :rows) AS n
          """);

  private ProjectionFilling() {}

  /**
   * Fills every table, and has the server look at them.
   *
   * @param rows how many rows
   */
  public static void fill(Location location, String schema, int rows) {
    String prefix = '"' + schema + "\".";
    Stream<String> inserts =
        INSERTS.stream()
            .map(insert ->
                insert.replace(":schema.", prefix).replace(":rows", Integer.toString(rows)));
    Stream<String> analyze = TABLES.stream().map(table -> "ANALYZE " + prefix + table);
    TestServer.execute(location, Stream.concat(inserts, analyze).toArray(String[]::new));
  }
}
