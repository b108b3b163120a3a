// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A step of a run, with a row of its own.
 *
 * @param summary ids, status, version, attempt and times
 * @param outputs what it has done, absent before (STEP-09)
 * @param suspension the last one, absent before the first (STEP-10)
 * @param lastError the last error that a change has set, absent before
 */
public record Step(
    StepSummary summary,
    @Nullable Payload outputs,
    @Nullable Suspension suspension,
    @Nullable String lastError) {}
