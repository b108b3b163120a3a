// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import org.jspecify.annotations.Nullable;

/**
 * A step as lists show it, without what may be large.
 *
 * @param runId its run
 * @param stepId its id within the run (STEP-04)
 * @param status where it stands
 * @param version how often its row was changed, counted on from where the store began it (STEP-07)
 * @param attempt 1, and one more for each time it was scheduled again after running or failed, or
 *     began again with its run (STEP-08)
 * @param retryable whether its failure may pass, as its writer said; absent when nobody did
 *     (STEP-10)
 * @param times when what happened
 */
public record StepSummary(
    String runId,
    String stepId,
    StepStatus status,
    long version,
    int attempt,
    @Nullable Boolean retryable,
    StepTimes times) {}
