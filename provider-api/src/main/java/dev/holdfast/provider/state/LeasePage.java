// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of leases.
 *
 * @param rows the leases, in the order of the list
 * @param nextPageToken opaque and self-contained, good on every handle; present if and only if more
 *     may follow (LEASE-12)
 */
public record LeasePage(List<LeaseInfo> rows, @Nullable String nextPageToken) {
  /** Copies the rows. */
  public LeasePage {
    rows = List.copyOf(rows);
  }
}
