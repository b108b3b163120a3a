// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param rows the instances, in the order asked for
 * @param nextPageToken opaque and self-contained, good on every handle; present if and only if more
 *     may follow (ADMIN-04, ADMIN-07)
 */
public record InstancePage(List<InstanceSummary> rows, @Nullable String nextPageToken) {
  /** Copies the rows. */
  public InstancePage {
    rows = List.copyOf(rows);
  }
}
