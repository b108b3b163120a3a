// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One page of the audit log: which records, in which direction, from where. Immutable.
 *
 * @param filter which records
 * @param newestFirst true for sequence numbers that fall, so that the first record is the one
 *     stored last (AUDIT-08); false for those that grow
 * @param limit the most rows of the page, from 1 to {@code limits().maxPageSize()}
 * @param pageToken the token of the page before, absent for the first page (AUDIT-07)
 */
public record AuditQuery(
    AuditFilter filter, boolean newestFirst, int limit, @Nullable String pageToken) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public AuditQuery {
    Objects.requireNonNull(filter, "filter");
    Checks.atLeastOne("AuditQuery", "limit", limit);
  }

  /**
   * Asks for the first page, newest first.
   *
   * @param filter which records
   * @param limit the most rows
   * @return the query
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public static AuditQuery newest(AuditFilter filter, int limit) {
    return new AuditQuery(filter, true, limit, null);
  }

  /**
   * Asks for the first page, oldest first.
   *
   * @param filter which records
   * @param limit the most rows
   * @return the query
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public static AuditQuery oldest(AuditFilter filter, int limit) {
    return new AuditQuery(filter, false, limit, null);
  }

  /**
   * Returns the same query for another page.
   *
   * @param pageToken the token of the page before
   * @return a new query
   */
  public AuditQuery from(String pageToken) {
    return new AuditQuery(filter, newestFirst, limit, pageToken);
  }
}
