// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.streams.event.EventSourcingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads rows together with the cut of the log that they are of. Thread-safe. */
record Slices(Site<?, ?> site, int generation) {

  /** Rows, the key to go on behind, their cut, and the rows of which the cut is not known. */
  record Slice(
      List<ProjectionRow> rows,
      @Nullable String next,
      List<LogPosition> cut,
      Set<String> unstable) {}

  Slice read(@Nullable String after) {
    return switch (site.kind) {
      case FOLLOWING -> {
        RowPage page = page(after);
        yield new Slice(rows(page), page.nextKey(), page.checkpoints(), Set.of());
      }
      case INLINE -> inline(after);
      case TABLE -> table(site, after);
    };
  }

  private RowPage page(@Nullable String after) {
    int limit = site.store.pageSize();
    return site.store
        .patience()
        .call(() -> site.rows.rows(new RowRead(site.name, generation, null, after, limit)));
  }

  private static List<ProjectionRow> rows(RowPage page) {
    return page.rows().stream().filter(row -> !row.key().equals(Meta.KEY)).toList();
  }

  /** Rows that were the same before and behind a look at the head are as of that head. */
  private Slice inline(@Nullable String after) {
    while (true) {
      RowPage before = page(after);
      LogPosition head = site.store.call(s -> s.head()).position();
      RowPage behind = page(after);
      if (!Objects.equals(before.nextKey(), behind.nextKey())) {
        continue;
      }
      Set<ProjectionRow> changed = new HashSet<>(before.rows());
      changed.addAll(behind.rows());
      Set<ProjectionRow> stable = new HashSet<>(before.rows());
      stable.retainAll(behind.rows());
      changed.removeAll(stable);
      Set<String> unstable = new HashSet<>();
      changed.forEach(row -> unstable.add(row.key()));
      return new Slice(rows(behind), behind.nextKey(), List.of(head), unstable);
    }
  }

  private List<LogPosition> checkpoints() {
    return Site.checkpoints(Site.generation(site.info(), generation));
  }

  /** Rows between two looks at the checkpoint that were alike are of that checkpoint. */
  private <R> Slice table(Site<?, R> there, @Nullable String after) {
    while (true) {
      List<LogPosition> before = checkpoints();
      List<ProjectionRow> rows = new ArrayList<>();
      int limit = site.store.pageSize();
      try (Connection connection = TableSession.open(Objects.requireNonNull(there.connections))) {
        pageOf(there, connection, generation, after)
            .forEach((key, row) -> rows.add(new ProjectionRow(key, there.codec.write(row), 0)));
        connection.rollback();
      } catch (SQLException e) {
        throw TableSession.failed(e);
      }
      if (before.equals(checkpoints())) {
        String next = rows.size() < limit ? null : rows.getLast().key();
        return new Slice(rows, next, before, Set.of());
      }
    }
  }

  /** A page of a table, which has to be in order: else rows were passed over in silence. */
  static <R> SequencedMap<String, R> pageOf(
      Site<?, R> site, Connection connection, int generation, @Nullable String after)
      throws SQLException {
    SequencedMap<String, R> page =
        Objects.requireNonNull(site.table)
            .page(connection, generation, after, site.store.pageSize());
    String last = after;
    for (String key : page.sequencedKeySet()) {
      if (last != null && CodePoints.compare(key, last) <= 0) {
        throw new EventSourcingException(
            "the table of projection %s lists \"%s\" behind \"%s\"; RowTable.page has to begin behind its key and go in code point order, ORDER BY … COLLATE \"C\" on PostgreSQL"
                .formatted(site.projection.name(), key, last),
            null);
      }
      last = key;
    }
    return page;
  }
}
