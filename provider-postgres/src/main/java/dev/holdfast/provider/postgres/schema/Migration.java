// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One step of the tables. Applied steps are never edited: their checksum is stored (SCHEMA-05).
 *
 * @param version the schema version it leads to, from 1 without gaps
 * @param file the SQL, in the directory tables beside this class
 * @param servedFrom the oldest schema version whose code can still serve a store of this one
 *     (SCHEMA-04)
 */
record Migration(int version, String file, int servedFrom) {

  /** Every step, in order. */
  static final List<Migration> ALL =
      List.of(new Migration(1, "V001__core.sql", 1), new Migration(2, "V002__owners.sql", 2));

  private static final Pattern CREATED =
      Pattern.compile(
          "^CREATE (?:(?:UNLOGGED )?TABLE|INDEX|SEQUENCE) (?::schema\\.)?(\\w+)",
          Pattern.MULTILINE);

  /** {@return the schema version that this code works with} */
  static int current() {
    return ALL.get(ALL.size() - 1).version();
  }

  String text() {
    return SqlFiles.read("tables/" + file);
  }

  /** {@return what {@link #createdObjects} says of every step} */
  static Stream<String> allObjects() {
    return ALL.stream().flatMap(migration -> migration.createdObjects().stream());
  }

  /** {@return the names of tables, indexes and sequences that exist once it was applied} */
  List<String> createdObjects() {
    return CREATED.matcher(text()).results().map((MatchResult result) -> result.group(1)).toList();
  }

  String checksum() {
    return SqlFiles.checksum(text());
  }
}
