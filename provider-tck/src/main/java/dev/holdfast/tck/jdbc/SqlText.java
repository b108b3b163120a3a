// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import dev.holdfast.tck.fixture.Fault.Place;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a statement does, as far as its text tells. Stateless. */
final class SqlText {

  private static final Pattern WRITES =
      Pattern.compile(
          "\\b(INSERT|UPDATE|DELETE|MERGE|CALL|EXEC|CREATE|ALTER|DROP)\\b",
          Pattern.CASE_INSENSITIVE);

  private SqlText() {}

  static boolean begins(String sql) {
    String word = firstWord(sql);
    return word.equals("BEGIN") || word.equals("START");
  }

  static boolean commits(String sql) {
    String word = firstWord(sql);
    return word.equals("COMMIT") || word.equals("END");
  }

  /** To a savepoint is not the end of anything. */
  static boolean rollsBack(String sql) {
    return firstWord(sql).equals("ROLLBACK") && !sql.toUpperCase(Locale.ROOT).contains(" TO ");
  }

  static boolean writes(String sql) {
    return WRITES.matcher(sql).find();
  }

  /** How a statement counts, inside a transaction or on its own. */
  static Place place(String sql, boolean inTransaction, boolean writes) {
    boolean ownCommit = !inTransaction && writes;
    return commits(sql) || ownCommit ? Place.COMMIT : Place.STATEMENT;
  }

  private static String firstWord(String sql) {
    return sql.strip().split("\\W", 2)[0].toUpperCase(Locale.ROOT);
  }
}
