// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When something happened to a run, by the store's clock (RUN-17).
 *
 * @param createdAt when it was made
 * @param updatedAt when its row was changed last; changes of its steps do not move it
 * @param startedAt when it was running for the first time, absent before
 * @param suspendedAt when it was suspended last, absent before
 * @param endedAt when it ended, absent while it has not, and again after a restart
 */
public record RunTimes(
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant startedAt,
    @Nullable Instant suspendedAt,
    @Nullable Instant endedAt) {}
