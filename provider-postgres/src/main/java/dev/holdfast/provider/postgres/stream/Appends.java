// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Appends that come alone, many in one commit: commits with events follow one another, so the more
 * wait for theirs the more go together. One that does not fit hinders none beside it. Thread-safe.
 */
public final class Appends implements Batch<AppendRows, StoredAppend> {

  private static final List<Parameter> PARAMETERS =
      List.of(
          Type.INTEGER.named("p_codes"),
          Type.INTEGER.named("h_ack"),
          Type.INTEGER.named("h_place"));

  private static final String SQL =
      "SELECT :fn.append_events("
          + Columns.arguments(PARAMETERS)
          + ", p_first => 1, p_last => ?, p_refuse => false, "
          + StreamColumns.SOME
          + ")";

  private static final String ONE = "SELECT :fn.append_one(" + StreamColumns.SOME + ")";

  private final Database database;

  /** Creates it. */
  public Appends(Database database) {
    this.database = database;
  }

  @Override
  public long weight(AppendRows append) {
    return append.weight();
  }

  @Override
  public List<StoredAppend> run(List<AppendRows> appends) {
    Columns elements = new Columns(PARAMETERS);
    StreamColumns columns = new StreamColumns();
    for (AppendRows append : appends) {
      columns.add(append);
      elements.add(0, columns.appends(), 0);
    }
    boolean alone = appends.size() == 1;
    Iterator<Long> numbers =
        database
            .write(
                "append",
                alone ? ONE : SQL,
                (connection, statement) -> {
                  int next = 1;
                  if (!alone) {
                    next = elements.bind(connection, statement, next);
                    statement.setInt(next, appends.size());
                    next++;
                  }
                  columns.bind(connection, statement, next);
                  try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return Arrays.asList((Long[]) row.getArray(1).getArray());
                  }
                })
            .iterator();
    List<StoredAppend> stored = new ArrayList<>(appends.size());
    for (int i = 0; i < appends.size(); i++) {
      stored.add(StoredAppend.read(numbers::next));
    }
    return stored;
  }
}
