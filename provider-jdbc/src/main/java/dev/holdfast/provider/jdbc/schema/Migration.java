// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.schema;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One step of a schema. Applied steps are never edited: their checksum is stored (SCHEMA-05).
 *
 * @param version the schema version it leads to, from 1 without gaps
 * @param file the name of its file
 * @param servedFrom the oldest schema version whose code can still serve a store of this one
 *     (SCHEMA-04)
 * @param text the SQL. Statements that create something begin a line, in capitals
 */
public record Migration(int version, String file, int servedFrom, String text) {

  private static final Pattern CREATED =
      Pattern.compile(
          "^CREATE (?:(?:UNLOGGED )?TABLE|(?:UNIQUE )?INDEX|SEQUENCE) (?:IF NOT EXISTS )?"
              + "(?::schema\\.)?(\\w+)",
          Pattern.MULTILINE);

  /**
   * Lists what exists once it was applied.
   *
   * @return the names of tables, indexes and sequences, as they are written
   */
  public List<String> createdObjects() {
    return CREATED.matcher(text).results().map((MatchResult result) -> result.group(1)).toList();
  }

  /**
   * Computes what the store records of the text.
   *
   * @return see {@link SqlFiles#checksum}
   */
  public String checksum() {
    return SqlFiles.checksum(text);
  }

  /**
   * What a store has recorded of a step when it was applied.
   *
   * @param version the version of the step
   * @param file its file then
   * @param checksum its checksum then
   * @param servedFrom the oldest schema version whose code can serve the store since
   */
  public record Applied(int version, String file, String checksum, int servedFrom) {}
}
