// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.schema.SchemaName;
import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import org.jspecify.annotations.Nullable;

/**
 * What is made otherwise in a store: a statement, or a text within one of the functions.
 *
 * @param sql the statement, or the name of the function
 * @param from what the function has, null for a statement
 * @param to what it is to have in its place
 */
record SqlChange(String sql, @Nullable String from, String to) {

  static SqlChange statement(String sql) {
    return new SqlChange(sql, null, "");
  }

  static SqlChange inFunction(String function, String from, String to) {
    return new SqlChange(function, from, to);
  }

  /** Makes the change, where it was not made before. */
  void make(Location admin, String schema) {
    SchemaName name = new SchemaName(schema);
    String missing = from;
    if (missing == null) {
      TestServer.execute(admin, name.inSql(sql));
      return;
    }
    String text =
        TestServer.queryText(
                admin,
                name.inSql("SELECT pg_get_functiondef('%s'::regproc)".formatted(":fn." + sql)))
            .get(0);
    String changed = text.replace(name.inSql(missing), name.inSql(to));
    if (changed.equals(text) && !text.contains(name.inSql(to))) {
      throw new IllegalStateException("the function " + sql + " has no " + missing);
    }
    TestServer.execute(admin, changed);
  }
}
