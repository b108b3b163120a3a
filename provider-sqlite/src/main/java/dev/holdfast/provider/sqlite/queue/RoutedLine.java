// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Place;
import dev.holdfast.provider.sqlite.store.Session;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of the lines in which the activities stand that a fetch with tags or a session may take:
 * those without a tag, those of each tag, those of sessions. What the fetch may not take stands in
 * none of them, with the exception of sessions whose activities have other tags. Used inside one
 * transaction.
 */
final class RoutedLine {

  private static final int PAGE = 64;

  private static final String COLUMNS =
      """
      SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, a.name, a.tag, a.session_id
        FROM holdfast_activity a
      """;

  private static final String BEHIND =
      """
       AND a.ready_at <= ? AND (a.ready_at, a.seq) > (?, ?)
       ORDER BY a.ready_at, a.seq
       LIMIT ?
      """;

  private static final String NEXT = " AND a.ready_at > ? ORDER BY a.ready_at, a.seq LIMIT 1";

  private static final String UNTAGGED = " WHERE a.tag IS NULL AND a.session_id IS NULL";

  private static final String OF_TAG =
      " INDEXED BY holdfast_activity_tag WHERE a.tag = ? AND a.session_id IS NULL";

  private static final String OF_ANY_TAG =
      " INDEXED BY holdfast_activity_routed WHERE a.tag IS NOT NULL AND a.session_id IS NULL";

  /** The sessions that the owner holds or that nobody holds. */
  private static final String OF_SESSIONS =
      """
       INDEXED BY holdfast_activity_routed
        LEFT JOIN holdfast_session s ON s.session_id = a.session_id
       WHERE a.session_id IS NOT NULL
         AND (s.session_id IS NULL OR s.lease_until <= ? OR s.owner = ?)
      """;

  /** An activity that may be taken, of which only this was read. */
  record Candidate(
      Place place,
      Position position,
      String name,
      @Nullable String tag,
      @Nullable String sessionId) {}

  private final String where;
  private final List<Object> parameters;
  private final Deque<Candidate> page = new ArrayDeque<>();
  private Position after = Position.START;
  private boolean ended;

  private RoutedLine(String where, Object... parameters) {
    this.where = where;
    this.parameters = List.of(parameters);
  }

  /** {@return the lines for a request} */
  static List<RoutedLine> of(ActivityFetch request, long now) {
    List<RoutedLine> lines = new ArrayList<>();
    TagFilter filter = request.tagFilter();
    if (filter.matches(null)) {
      lines.add(new RoutedLine(UNTAGGED));
    }
    switch (filter) {
      case TagFilter.Simple simple -> {
        if (simple == TagFilter.Simple.ANY) {
          lines.add(new RoutedLine(OF_ANY_TAG));
        }
      }
      case TagFilter.Tags(Set<String> names) ->
          names.forEach(name -> lines.add(new RoutedLine(OF_TAG, name)));
      case TagFilter.UntaggedOr(Set<String> names) ->
          names.forEach(name -> lines.add(new RoutedLine(OF_TAG, name)));
    }
    SessionClaim claim = request.session();
    if (claim != null) {
      lines.add(new RoutedLine(OF_SESSIONS, now, claim.owner()));
    }
    return lines;
  }

  /**
   * Takes the candidate that became ready first off its line.
   *
   * @return the candidate, null when all lines have ended
   */
  static @Nullable Candidate next(Session session, List<RoutedLine> lines, long now)
      throws SQLException {
    RoutedLine first = null;
    Candidate best = null;
    for (RoutedLine line : lines) {
      Candidate candidate = line.first(session, now);
      if (candidate != null && (best == null || isBefore(candidate.position(), best.position()))) {
        best = candidate;
        first = line;
      }
    }
    if (first != null) {
      first.page.remove();
    }
    return best;
  }

  private static boolean isBefore(Position one, Position other) {
    return one.readyAt() < other.readyAt()
        || (one.readyAt() == other.readyAt() && one.seq() < other.seq());
  }

  /** When the first of these activities becomes ready that is not now; null for never. */
  static @Nullable Long nextReadyAt(Session session, List<RoutedLine> lines, long now)
      throws SQLException {
    Long next = null;
    for (RoutedLine line : lines) {
      Long readyAt =
          session.first(COLUMNS + line.where + NEXT, row -> row.getLong(4), line.parameters(now));
      if (readyAt != null && (next == null || readyAt < next)) {
        next = readyAt;
      }
    }
    return next;
  }

  private @Nullable Candidate first(Session session, long now) throws SQLException {
    if (page.isEmpty() && !ended) {
      List<Candidate> more =
          session.list(
              COLUMNS + where + BEHIND,
              row ->
                  new Candidate(
                      new Place(row.getLong(1), row.getLong(2), row.getLong(3)),
                      new Position(row.getLong(4), row.getLong(5)),
                      row.getString(6),
                      row.getString(7),
                      row.getString(8)),
              parameters(now, after.readyAt(), after.seq(), PAGE));
      page.addAll(more);
      ended = more.size() < PAGE;
      if (!more.isEmpty()) {
        after = more.get(more.size() - 1).position();
      }
    }
    return page.peek();
  }

  private @Nullable Object[] parameters(Object... more) {
    List<@Nullable Object> all = new ArrayList<>(parameters);
    all.addAll(List.of(more));
    return all.toArray();
  }
}
