// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of the audit log.
 *
 * @param rows the records, in the direction asked for
 * @param nextPageToken opaque and self-contained, good on every handle; present if and only if more
 *     may follow (AUDIT-07)
 */
public record AuditPage(List<AuditRecord> rows, @Nullable String nextPageToken) {
  /** Copies the rows. */
  public AuditPage {
    rows = List.copyOf(rows);
  }
}
