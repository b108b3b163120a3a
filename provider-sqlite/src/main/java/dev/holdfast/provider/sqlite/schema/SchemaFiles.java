// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.schema;

import dev.holdfast.provider.jdbc.schema.Migration;
import dev.holdfast.provider.jdbc.schema.Migrations;
import dev.holdfast.provider.jdbc.schema.SqlFiles;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The steps of the schema, from the SQL beside this class. Stateless. */
final class SchemaFiles {

  private static final SqlFiles FILES =
      new SqlFiles(file -> SchemaFiles.class.getResourceAsStream(file));

  /** Every step, in order. */
  static final Migrations TABLES =
      new Migrations(
          List.of(
              table(1, "V001__core.sql", 1),
              table(2, "V002__trust.sql", 1),
              table(3, "V003__routing.sql", 3),
              // Older code would leave the pins of executions that have ended.
              table(4, "V004__values.sql", 4),
              table(5, "V005__administration.sql", 4),
              // Older code would end executions without merging what they have changed.
              table(6, "V006__key_values.sql", 6),
              table(7, "V007__leases.sql", 6),
              // Older code would delete instances and leave their runs.
              table(8, "V008__state_tables.sql", 8),
              table(9, "V009__audit.sql", 8),
              table(10, "V010__running.sql", 8),
              // Older code would delete runs and leave their inboxes.
              table(11, "V011__inboxes.sql", 11),
              table(12, "V012__streams.sql", 11),
              table(13, "V013__projections.sql", 11),
              // Older code would not find events by ids that newer code has labelled.
              table(14, "V014__labels.sql", 14)));

  private static final Pattern COMMENT = Pattern.compile("--[^\n]*");

  /** But not inside of a trigger. */
  private static final Pattern END_OF_STATEMENT = Pattern.compile(";(?!\\s*END\\b)");

  private SchemaFiles() {}

  private static Migration table(int version, String file, int servedFrom) {
    return new Migration(version, file, servedFrom, FILES.read(file));
  }

  /** The driver takes one at a time. */
  static List<String> statements(Migration migration) {
    return Arrays.stream(END_OF_STATEMENT.split(COMMENT.matcher(migration.text()).replaceAll("")))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }
}
