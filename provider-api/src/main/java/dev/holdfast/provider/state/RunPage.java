// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of runs.
 *
 * @param rows the runs, in the order of the list
 * @param nextPageToken opaque and self-contained, good on every handle; present if and only if more
 *     may follow (RUN-19, RUN-23)
 */
public record RunPage(List<RunSummary> rows, @Nullable String nextPageToken) {
  /** Copies the rows. */
  public RunPage {
    rows = List.copyOf(rows);
  }
}
