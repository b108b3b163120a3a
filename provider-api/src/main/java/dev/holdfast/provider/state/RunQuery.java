// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of runs: which, in which order, from where. Every part that is given must
 * match (RUN-19).
 *
 * @param statuses the statuses, none for any
 * @param kinds the kinds, none for any
 * @param createdAt the range in which the run was made
 * @param updatedAt the range in which its row was changed last
 * @param oldestFirst false for createdAt from new to old, then id by code point; true for the exact
 *     reverse (ADMIN-03)
 * @param limit the most rows of the page, from 1 to {@code limits().maxPageSize()}
 * @param pageToken the token of the page before, absent for the first page
 */
public record RunQuery(
    Set<RunStatus> statuses,
    Set<String> kinds,
    TimeRange createdAt,
    TimeRange updatedAt,
    boolean oldestFirst,
    int limit,
    @Nullable String pageToken) {

  /**
   * Checks the parts, and copies the sets.
   *
   * @throws ProviderError.InvalidRequest when the limit is below 1 or a kind no identifier
   */
  public RunQuery {
    statuses = Set.copyOf(statuses);
    kinds = Set.copyOf(kinds);
    kinds.forEach(kind -> Checks.identifier("RunQuery", "kind", kind));
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(updatedAt, "updatedAt");
    Checks.atLeastOne("RunQuery", "limit", limit);
  }

  /**
   * Asks for the first page of all runs, newest first.
   *
   * @param limit the most rows
   * @return the query
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public static RunQuery firstPage(int limit) {
    return builder(limit).build();
  }

  /**
   * Creates a builder of a query for the first page of all runs, newest first.
   *
   * @param limit the most rows
   * @return a new builder
   */
  public static Builder builder(int limit) {
    return new Builder(limit);
  }

  /**
   * Returns the same query for another page.
   *
   * @param pageToken the token of the page before
   * @return a new query
   */
  public RunQuery from(String pageToken) {
    return new RunQuery(statuses, kinds, createdAt, updatedAt, oldestFirst, limit, pageToken);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private final int limit;
    private Set<RunStatus> statuses = Set.of();
    private Set<String> kinds = Set.of();
    private TimeRange createdAt = TimeRange.all();
    private TimeRange updatedAt = TimeRange.all();
    private boolean oldestFirst;

    private Builder(int limit) {
      this.limit = limit;
    }

    /**
     * Asks for runs in certain statuses.
     *
     * @param statuses the statuses, none for any
     * @return this
     */
    public Builder statuses(RunStatus... statuses) {
      this.statuses = Set.of(statuses);
      return this;
    }

    /**
     * Asks for runs of certain kinds.
     *
     * @param kinds the kinds, none for any
     * @return this
     */
    public Builder kinds(String... kinds) {
      this.kinds = Set.of(kinds);
      return this;
    }

    /**
     * Asks for runs that were made in a range.
     *
     * @param createdAt the range
     * @return this
     */
    public Builder createdAt(TimeRange createdAt) {
      this.createdAt = createdAt;
      return this;
    }

    /**
     * Asks for runs whose row was changed last in a range.
     *
     * @param updatedAt the range
     * @return this
     */
    public Builder updatedAt(TimeRange updatedAt) {
      this.updatedAt = updatedAt;
      return this;
    }

    /**
     * Sets the order.
     *
     * @param oldestFirst true for the oldest first
     * @return this
     */
    public Builder oldestFirst(boolean oldestFirst) {
      this.oldestFirst = oldestFirst;
      return this;
    }

    /**
     * Builds the query.
     *
     * @return the query
     * @throws ProviderError.InvalidRequest when the limit is below 1 or a kind no identifier
     */
    public RunQuery build() {
      return new RunQuery(statuses, kinds, createdAt, updatedAt, oldestFirst, limit, null);
    }
  }
}
