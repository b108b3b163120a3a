// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Updates of projections, as the store takes them: one argument made of columns, as for streams.
 * Used by one thread.
 */
public final class ProjectionColumns {

  /** No position of the store: what is looked for there is not found. */
  private static final long NOWHERE = -1;

  /** Likewise: what is to be stored there lies behind the end of the log. */
  private static final long BEHIND = Long.MAX_VALUE;

  private static final List<Parameter> UPDATES =
      List.of(
          Type.TEXT.named("projection"),
          Type.INTEGER.named("generation"),
          Type.INTEGER.named("shard"),
          Type.BIGINT.named("moves_from"),
          Type.BIGINT.named("moves_to"),
          Type.INTEGER.named("row_count"),
          Type.INTEGER.named("kept_count"));

  private static final List<Parameter> ROWS =
      List.of(
          Type.INTEGER.named("r_update"),
          Type.TEXT.named("r_key"),
          Type.BOOLEAN.named("r_removes"),
          Type.BYTEA.named("r_value"),
          Type.BIGINT.named("r_seen"));

  private static final List<Parameter> KEPT =
      List.of(
          Type.INTEGER.named("k_update"),
          Type.BIGINT.named("k_position"),
          Type.TEXT.named("k_category"),
          Type.TEXT.named("k_id"),
          Type.BIGINT.named("k_version"),
          Type.INTEGER.named("k_attempts"),
          Type.TEXT.named("k_error"));

  /** The argument in SQL, where there are no updates. */
  private static final String NONE = "n_projections => NULL";

  /** And where there are some. */
  static final String SOME =
      Columns.rowArgument("n_projections", "projection_changes", List.of(UPDATES, ROWS, KEPT));

  private final Columns updates = new Columns(UPDATES);
  private final Columns rows = new Columns(ROWS);
  private final Columns kept = new Columns(KEPT);

  /** Adds an update. */
  public void add(UpdateProjection update) {
    Advance advance = update.advance();
    updates.add(
        update.projection(),
        update.generation(),
        advance == null ? null : advance.shard(),
        advance == null ? null : number(advance.from(), NOWHERE),
        advance == null ? null : number(advance.to(), BEHIND),
        update.rows().size(),
        update.unpark().size() + update.park().size());
    int number = updates.rows();
    for (RowChange row : update.rows()) {
      switch (row) {
        case RowChange.Put(var key, var value, var seen) ->
            rows.add(number, key, false, value.toByteArray(), seen);
        case RowChange.Remove(var key, var seen) -> rows.add(number, key, true, null, seen);
      }
    }
    for (LogPosition position : update.unpark()) {
      kept.add(number, number(position, NOWHERE), null, null, null, null, null);
    }
    for (ParkedEvent event : update.park()) {
      kept.add(
          number,
          number(event.position(), BEHIND),
          event.stream().category(),
          event.stream().id(),
          event.version(),
          event.attempts(),
          event.error());
    }
  }

  /** Positions of the store have no second number. */
  private static long number(LogPosition position, long otherwise) {
    return position.minor() == 0 ? position.major() : otherwise;
  }

  /** {@return the last argument of a function that takes updates of projections, in SQL} */
  public String argument() {
    return updates.rows() > 0 ? SOME : NONE;
  }

  /**
   * Sets the values in {@link #argument}.
   *
   * @param first the index of the first one
   * @return the index after the last one
   */
  public int bind(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    if (updates.rows() == 0) {
      return first;
    }
    return Columns.bindAll(connection, statement, first, List.of(updates, rows, kept));
  }

  /** {@return the result of an update, of the next numbers that the store returned} */
  public static ProjectionUpdated result(UpdateProjection update, LongSupplier numbers) {
    List<Long> versions = new ArrayList<>(update.rows().size());
    for (int i = 0; i < update.rows().size(); i++) {
      versions.add(numbers.getAsLong());
    }
    return new ProjectionUpdated(versions);
  }
}
