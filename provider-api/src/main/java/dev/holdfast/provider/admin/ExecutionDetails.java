// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.RuntimeVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is stored about an execution (ADMIN-15, ADMIN-16).
 *
 * @param executionId the execution
 * @param status its status
 * @param output its output, absent when none was stated
 * @param startedAt when its first ack was applied
 * @param completedAt when it ended, absent while it runs
 * @param pinnedVersion the runtime version it is pinned to, absent when it is not
 * @param eventCount the number of its events
 */
public record ExecutionDetails(
    long executionId,
    ExecutionStatus status,
    @Nullable Payload output,
    Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable RuntimeVersion pinnedVersion,
    long eventCount) {}
