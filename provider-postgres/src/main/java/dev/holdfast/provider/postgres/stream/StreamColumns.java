// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Snapshot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Changes of streams, as the store takes them: one argument made of columns, because a function has
 * at most a hundred. Used by one thread.
 */
public final class StreamColumns {

  private static final List<Parameter> APPENDS =
      List.of(
          Type.TEXT.named("category"),
          Type.TEXT.named("id"),
          Type.BIGINT.named("expected"),
          Type.TEXT.named("key"),
          Type.BYTEA.named("hash"),
          Type.INTEGER.named("events"));

  private static final List<Parameter> EVENTS =
      List.of(
          Type.INTEGER.named("o_append"),
          Type.INTEGER.named("o_place"),
          Type.INTEGER.named("schema_version"),
          Type.INTEGER.named("size"),
          Type.TEXT.named("type"),
          Type.TEXT.named("event_id"),
          Type.TEXT.named("correlation_id"),
          Type.TEXT.named("causation_id"),
          Type.TEXT.named("tags"),
          Type.BYTEA.named("metadata"),
          Type.BYTEA.named("data"));

  private static final List<Parameter> LABELS =
      List.of(
          Type.INTEGER.named("l_append"),
          Type.INTEGER.named("l_place"),
          Type.BIGINT.named("label"));

  private static final List<Parameter> SNAPSHOTS =
      List.of(
          Type.TEXT.named("q_category"),
          Type.TEXT.named("q_id"),
          Type.TEXT.named("q_schema"),
          Type.BIGINT.named("q_version"),
          Type.BYTEA.named("q_state"));

  /** The argument of a function that takes changes of streams, in SQL, where there are none. */
  public static final String NONE = "n_streams => NULL";

  /** And where there are some. */
  public static final String SOME =
      Columns.rowArgument(
          "n_streams", "stream_changes", List.of(APPENDS, EVENTS, LABELS, SNAPSHOTS));

  private final Columns appends = new Columns(APPENDS);
  private final Columns events = new Columns(EVENTS);
  private final Columns labels = new Columns(LABELS);
  private final Columns snapshots = new Columns(SNAPSHOTS);

  /** Adds a snapshot. */
  public void add(Snapshot snapshot) {
    snapshots.add(
        snapshot.stream().category(),
        snapshot.stream().id(),
        snapshot.schema(),
        snapshot.version(),
        snapshot.state().toByteArray());
  }

  /** Adds an append. */
  public void add(AppendEvents append) {
    add(AppendRows.of(append));
  }

  /** Adds an append. */
  void add(AppendRows append) {
    append.addTo(appends, events, labels);
  }

  /** {@return how many appends there are} */
  int appends() {
    return appends.rows();
  }

  private boolean any() {
    return appends.rows() + snapshots.rows() > 0;
  }

  /** {@return the last argument of a function that takes changes of streams, in SQL} */
  public String argument() {
    return any() ? SOME : NONE;
  }

  /**
   * Sets the values in {@link #argument}.
   *
   * @param first the index of the first one
   * @return the index after the last one
   */
  public int bind(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    if (!any()) {
      return first;
    }
    return Columns.bindAll(
        connection, statement, first, List.of(appends, events, labels, snapshots));
  }
}
