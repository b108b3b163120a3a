// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When something happened to a step, by the store's clock; absent where it never did (STEP-11).
 *
 * @param createdAt when it was made
 * @param updatedAt when its row was changed last
 * @param scheduledAt when the present attempt was scheduled first
 * @param startedAt when the present attempt was running first
 * @param suspendedAt when the step was suspended last
 * @param endedAt when it ended, while it has
 */
public record StepTimes(
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant scheduledAt,
    @Nullable Instant startedAt,
    @Nullable Instant suspendedAt,
    @Nullable Instant endedAt) {}
