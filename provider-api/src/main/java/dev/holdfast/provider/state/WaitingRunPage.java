// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of waiting runs.
 *
 * @param rows the runs, by id in code points
 * @param nextPageToken opaque and self-contained, good on every handle; present if and only if more
 *     may follow (TRIGGER-13)
 */
public record WaitingRunPage(List<WaitingRun> rows, @Nullable String nextPageToken) {
  /** Copies the rows. */
  public WaitingRunPage {
    rows = List.copyOf(rows);
  }
}
