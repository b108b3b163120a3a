// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import dev.holdfast.tck.fixture.Fault.Place;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What a statement does, as far as its text tells. Thread-safe. Providers execute the same few
 * texts all the time, so each is looked at once.
 */
final class SqlText {

  private static final Pattern WRITES =
      Pattern.compile(
          "\\b(INSERT|UPDATE|DELETE|MERGE|CALL|EXEC|CREATE|ALTER|DROP)\\b",
          Pattern.CASE_INSENSITIVE);

  /** How many texts are remembered; beyond that they are not the same few ones. */
  private static final int MOST_TEXTS = 10_000;

  private static final Map<String, SqlFacts> KNOWN = new ConcurrentHashMap<>();

  /**
   * What a text tells.
   *
   * @param firstWord in capitals
   * @param writes whether it has a word that writes
   */
  private record SqlFacts(String firstWord, boolean writes) {}

  private SqlText() {}

  static boolean begins(String sql) {
    String word = facts(sql).firstWord();
    return word.equals("BEGIN") || word.equals("START");
  }

  static boolean commits(String sql) {
    String word = facts(sql).firstWord();
    return word.equals("COMMIT") || word.equals("END");
  }

  /** To a savepoint is not the end of anything. */
  static boolean rollsBack(String sql) {
    return facts(sql).firstWord().equals("ROLLBACK")
        && !sql.toUpperCase(Locale.ROOT).contains(" TO ");
  }

  static boolean writes(String sql) {
    return facts(sql).writes();
  }

  /** How a statement counts, inside a transaction or on its own. */
  static Place place(String sql, boolean inTransaction, boolean writes) {
    boolean ownCommit = !inTransaction && writes;
    return commits(sql) || ownCommit ? Place.COMMIT : Place.STATEMENT;
  }

  private static SqlFacts facts(String sql) {
    SqlFacts known = KNOWN.get(sql);
    if (known != null) {
      return known;
    }
    String firstWord = sql.strip().split("\\W", 2)[0].toUpperCase(Locale.ROOT);
    SqlFacts facts = new SqlFacts(firstWord, WRITES.matcher(sql).find());
    if (KNOWN.size() < MOST_TEXTS) {
      KNOWN.put(sql, facts);
    }
    return facts;
  }
}
