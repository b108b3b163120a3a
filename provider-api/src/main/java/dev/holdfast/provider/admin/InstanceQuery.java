// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list: which instances, in which order, from where.
 *
 * @param filter which instances
 * @param oldestFirst false for createdAt from new to old, then id by code point; true for the exact
 *     reverse (ADMIN-03)
 * @param limit the most rows of the page, from 1 to {@code limits().maxPageSize()} (ADMIN-04)
 * @param pageToken the token of the page before, absent for the first page (ADMIN-07)
 */
public record InstanceQuery(
    InstanceFilter filter, boolean oldestFirst, int limit, @Nullable String pageToken) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public InstanceQuery {
    Objects.requireNonNull(filter, "filter");
    Checks.atLeastOne("InstanceQuery", "limit", limit);
  }

  /**
   * Asks for the first page, newest first.
   *
   * @param filter which instances
   * @param limit the most rows
   * @return the query
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public static InstanceQuery firstPage(InstanceFilter filter, int limit) {
    return new InstanceQuery(filter, false, limit, null);
  }

  /**
   * Returns the same query for another page.
   *
   * @param pageToken the token of the page before
   * @return a new query
   */
  public InstanceQuery from(String pageToken) {
    return new InstanceQuery(filter, oldestFirst, limit, pageToken);
  }
}
