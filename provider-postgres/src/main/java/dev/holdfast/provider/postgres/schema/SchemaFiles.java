// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.jdbc.schema.Migration;
import dev.holdfast.provider.jdbc.schema.Migrations;
import dev.holdfast.provider.jdbc.schema.SqlFiles;
import java.util.List;

/** The SQL beside this class, and the steps of the tables. Stateless. */
final class SchemaFiles {

  /** Named from this package on. */
  static final SqlFiles FILES = new SqlFiles(file -> SchemaFiles.class.getResourceAsStream(file));

  /** Every step of the tables, in order. */
  static final Migrations TABLES =
      new Migrations(
          List.of(
              table(1, "V001__core.sql", 1),
              table(2, "V002__owners.sql", 2),
              table(3, "V003__routing.sql", 3),
              // Older code would leave the pins of executions that have ended.
              table(4, "V004__values.sql", 4),
              table(5, "V005__administration.sql", 4),
              table(6, "V006__posted.sql", 6),
              // Older code would end executions without merging what they have changed.
              table(7, "V007__key_values.sql", 7),
              table(8, "V008__leases.sql", 7),
              // Older code would delete instances and leave their runs.
              table(9, "V009__state_tables.sql", 9),
              table(10, "V010__audit.sql", 9),
              // Older code would delete runs and leave their inboxes.
              table(11, "V011__inboxes.sql", 11),
              table(12, "V012__streams.sql", 11),
              table(13, "V013__projections.sql", 11),
              // Older code would not find events by ids that newer code has labelled.
              table(14, "V014__labels.sql", 14)));

  private SchemaFiles() {}

  private static Migration table(int version, String file, int servedFrom) {
    return new Migration(version, file, servedFrom, FILES.read("tables/" + file));
  }
}
