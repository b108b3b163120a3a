// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.support.StoreTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query for a page of a list by creation and id: only the conditions that were asked for, so
 * that each kind of filter gets a plan of its own. A page begins by its key and not by its number:
 * what lies before it is not read, also where many were created in one moment, which is why a page
 * after another one is made of two ranges of the index. Used by one thread, for one query.
 */
public final class PagedSql {

  private final String select;
  private final String alias;
  private final String id;
  private final boolean oldestFirst;
  private final StringBuilder conditions;
  private final List<Object> parameters = new ArrayList<>();

  /**
   * Begins a query.
   *
   * @param select the query up to its conditions; its table has {@code created_at}
   * @param alias the table's alias
   * @param id the table's column of the id
   * @param condition the first condition
   * @param oldestFirst the order; ids turn round with it
   */
  public PagedSql(String select, String alias, String id, String condition, boolean oldestFirst) {
    this.select = select;
    this.alias = alias + ".";
    this.id = id;
    this.oldestFirst = oldestFirst;
    conditions = new StringBuilder(condition);
  }

  /**
   * A query with its parameters.
   *
   * @param text the query
   * @param parameters the parameters
   */
  public record Query(String text, List<Object> parameters) {}

  /**
   * Where the page before ended.
   *
   * @param createdAt when its last row was created, in microseconds since 1970
   * @param id the id of that
   */
  public record Place(long createdAt, String id) {}

  /**
   * Adds a condition.
   *
   * @param condition the condition
   * @param values its parameters
   */
  public void and(String condition, Object... values) {
    conditions.append(" AND ").append(condition);
    Collections.addAll(parameters, values);
  }

  /**
   * Adds a range of time, the later bound excluded.
   *
   * @param column the column
   * @param range the range; an absent bound is none
   */
  public void andIn(String column, TimeRange range) {
    if (range.from() != null) {
      and(column + " >= ?", StoreTime.toMicros(range.from()));
    }
    if (range.to() != null) {
      and(column + " < ?", StoreTime.toMicros(range.to()));
    }
  }

  /**
   * Adds a choice of statuses, which stand in the text, so that an index of some of them can be
   * used.
   *
   * @param column the column
   * @param statuses the statuses; none is no condition
   */
  public void andOneOf(String column, Collection<? extends Enum<?>> statuses) {
    if (!statuses.isEmpty()) {
      and(
          statuses.stream()
              .map(Enum::name)
              .sorted()
              .collect(Collectors.joining("', '", column + " IN ('", "')")));
    }
  }

  /**
   * Ends the query: a page and one row more, which tells whether there is another page.
   *
   * @param limit the most rows of the page
   * @param after where the page before ended, null for the first page
   * @return the query
   */
  public Query page(int limit, @Nullable Place after) {
    return after == null ? first(limit + 1) : behind(after, limit + 1);
  }

  private Query first(int limit) {
    return new Query(range("") + orderByBoth() + limit(limit), parameters);
  }

  private Query behind(Place place, int limit) {
    List<Object> all = new ArrayList<>(parameters);
    Collections.addAll(all, place.createdAt(), place.id());
    all.addAll(parameters);
    all.add(place.createdAt());
    String same =
        range(
                " AND "
                    + alias
                    + "created_at = ? AND "
                    + alias
                    + id
                    + (oldestFirst ? " < ?" : " > ?"))
            + (" ORDER BY " + alias + byId())
            + limit(limit);
    String other =
        range(" AND " + alias + "created_at" + (oldestFirst ? " > ?" : " < ?"))
            + orderByBoth()
            + limit(limit);
    return new Query(
        "SELECT * FROM (SELECT * FROM (%s) AS same UNION ALL SELECT * FROM (%s) AS other) AS page ORDER BY %s, %s"
                .formatted(same, other, byCreation(), byId())
            + limit(limit),
        all);
  }

  private String byCreation() {
    return oldestFirst ? "created_at" : "created_at DESC";
  }

  private String byId() {
    return oldestFirst ? id + " DESC" : id;
  }

  private String orderByBoth() {
    return " ORDER BY " + alias + byCreation() + ", " + alias + byId();
  }

  /** In the text: a server that plans for a parameter takes a tenth of all rows for a page. */
  private static String limit(int limit) {
    return " LIMIT " + limit;
  }

  private String range(String more) {
    return select + " WHERE " + conditions + more;
  }
}
