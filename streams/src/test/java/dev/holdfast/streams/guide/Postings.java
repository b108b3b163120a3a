// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.migration.Migration;
import dev.holdfast.streams.migration.OldTable;
import dev.holdfast.streams.projection.RowTable;
import dev.holdfast.streams.queue.QueuedAggregate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A table of postings and their status, on its way to events. */
final class Postings {

  /** A row of the table {@code posting (id, status)}. */
  record PostingRow(String status) {}

  /** How the table is read. */
  record PostingTable() implements OldTable<PostingRow> {
    @Override
    public Optional<PostingRow> read(Connection connection, String id) throws SQLException {
      return select(connection, "WHERE id = ?", id).stream().findFirst().map(OldRow::row);
    }

    @Override
    public List<OldRow<PostingRow>> page(Connection connection, @Nullable String after, int limit)
        throws SQLException {
      String from = after == null ? "" : after; // every id lies behind the empty text
      return select(connection, "WHERE id > ? ORDER BY id LIMIT " + limit, from);
    }

    private static List<OldRow<PostingRow>> select(Connection connection, String where, String id)
        throws SQLException {
      String sql = "SELECT id, status FROM posting " + where;
      try (PreparedStatement select = connection.prepareStatement(sql)) {
        select.setString(1, id);
        List<OldRow<PostingRow>> rows = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            rows.add(new OldRow<>(row.getString(1), new PostingRow(row.getString(2))));
          }
        }
        return rows;
      }
    }
  }

  /** What can happen to a posting. */
  sealed interface Event {
    /** It was so in the table; removed there, it has no status. */
    record Imported(@Nullable String status) implements Event {}

    record Submitted() implements Event {}

    record Approved(String by) implements Event {}
  }

  /** What a posting can be asked for, once the table is gone. */
  record Approve(String by) {}

  /** What follows from the events. */
  record Posting(@Nullable String status) {
    @Nullable PostingRow row() {
      return status == null ? null : new PostingRow(status);
    }

    static Posting evolve(Posting posting, Event event) {
      return switch (event) {
        case Event.Imported(String status) -> new Posting(status);
        case Event.Submitted() -> new Posting("SUBMITTED");
        case Event.Approved(String by) -> new Posting("APPROVED");
      };
    }
  }

  static final QueuedAggregate<Posting, Approve, Event> POSTINGS =
      QueuedAggregate.of(
          Aggregate.builder("posting", Posting.class, Approve.class, Event.class)
              .initial(new Posting(null))
              .decide((posting, command) -> List.of(new Event.Approved(command.by())))
              .evolve(Posting::evolve)
              .build(),
          Approve.class);

  private Postings() {}

  /** One in each process. */
  static Migration<Event, PostingRow> migration(
      EventSourcing events, RowTable.Connections connections) {
    return Migration.builder("postings", events, POSTINGS, new PostingTable(), connections)
        .row(Posting::row)
        .imports((id, row) -> new Event.Imported(row == null ? null : row.status()))
        .build();
  }

  /** Wherever a posting is approved: what was an UPDATE is this, in every phase. */
  static void approve(
      Migration<Event, PostingRow> migration, Connection connection, String id, String by)
      throws SQLException {
    connection.setAutoCommit(false);
    migration
        .within(connection)
        .write(
            id,
            "approval-by-" + by,
            new Event.Approved(by),
            sql -> {
              try (PreparedStatement update =
                  sql.prepareStatement("UPDATE posting SET status = 'APPROVED' WHERE id = ?")) {
                update.setString(1, id);
                update.executeUpdate();
              }
            });
    connection.commit();
  }

  /** And wherever its status is asked for. */
  static String status(Migration<Event, PostingRow> migration, String id) {
    return migration.read(id).map(PostingRow::status).orElse("UNKNOWN");
  }
}
