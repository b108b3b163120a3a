// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of the steps of some runs, of one committed state (CHANGE-22).
 *
 * @param runs the rows of all runs that were asked for and exist, by id in code points
 * @param steps the steps, by run id and then step id in code points
 * @param nextPageToken opaque and self-contained, good on every handle; present if and only if more
 *     may follow (STEP-12)
 */
public record StepPage(
    List<RunSummary> runs, List<StepSummary> steps, @Nullable String nextPageToken) {
  /** Copies the rows. */
  public StepPage {
    runs = List.copyOf(runs);
    steps = List.copyOf(steps);
  }
}
