// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderError.Misconfigured;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The name of the schema that a store lives in. Any name is used as it is: quoted, never executed
 * as SQL (SCHEMA-09). Thread-safe.
 */
public final class SchemaName {

  /** Longer names would be cut off by the server, and two of them could become one. */
  private static final int MOST_BYTES = 63;

  /** The end of the year 9999, in microseconds since 1970. */
  private static final long MAX_MICROS = 253_402_300_799_999_999L;

  /** The most key-values of an instance. */
  private static final int MAX_KEYS = Limits.floor().maxKeysPerInstance();

  private final String name;
  private final Map<String, String> sqlTexts = new ConcurrentHashMap<>();

  /**
   * Checks the name.
   *
   * @throws Misconfigured when the server does not take it
   */
  public SchemaName(String name) {
    if (name.isEmpty()
        || name.indexOf('\0') >= 0
        || name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw new Misconfigured(
          "open",
          "the option schema must have 1 to %d bytes and no NUL character".formatted(MOST_BYTES));
    }
    if (name.toLowerCase(Locale.ROOT).startsWith("pg_") || name.equals("information_schema")) {
      throw new Misconfigured(
          "open", "the schema \"%s\" belongs to the server; choose another name".formatted(name));
    }
    this.name = name;
  }

  /** {@return the plain name} */
  public String name() {
    return name;
  }

  /** {@return the name as an identifier} */
  public String quoted() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * Fills everything into SQL: fragments ({@link Fragments}), {@code :fn} for the functions of this
   * code ({@link FunctionSet}), {@code :schema}, {@code :order_seq}, {@code :max_micros} and {@code
   * :max_keys}.
   */
  public String inSql(String sql) {
    return sqlTexts.computeIfAbsent(
        sql, text -> fillIn(FunctionSet.CURRENT.inSql(Fragments.expand(text))));
  }

  /** {@return the SQL that makes the functions of a set} */
  String inSql(FunctionSet functions) {
    return fillIn(functions.inSql(functions.text()));
  }

  private String fillIn(String sql) {
    String sequence = (quoted() + ".order_seq").replace("'", "''");
    return sql.replace(":order_seq", "'" + sequence + "'::regclass")
        .replace(":max_micros", Long.toString(MAX_MICROS))
        .replace(":max_keys", Integer.toString(MAX_KEYS))
        .replace(":schema.", quoted() + ".");
  }

  @Override
  public String toString() {
    return quoted();
  }
}
