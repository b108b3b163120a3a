// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A run: a row of explicit state under an id of its own.
 *
 * @param summary id, kind, status, version, attempt and times
 * @param data what its engine keeps with it, absent for none
 * @param suspension the last one, absent before the first (RUN-13)
 * @param lastError the last error that a change has set, absent before
 */
public record Run(
    RunSummary summary,
    @Nullable Payload data,
    @Nullable Suspension suspension,
    @Nullable String lastError) {}
