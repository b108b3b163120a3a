// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ExecutionStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the list of instances (ADMIN-11).
 *
 * @param instanceId the instance
 * @param name the orchestration's name
 * @param version its version, absent when not versioned
 * @param executionId the current execution
 * @param status the status of the current execution (ADMIN-10)
 * @param parentInstanceId the parent, absent for a root
 * @param createdAt when the instance was born; never changes (ADMIN-13)
 * @param updatedAt when its last ack was applied (ADMIN-13)
 * @param completedAt when the current execution ended, absent while it runs (ADMIN-16)
 */
public record InstanceSummary(
    String instanceId,
    String name,
    @Nullable String version,
    long executionId,
    ExecutionStatus status,
    @Nullable String parentInstanceId,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant completedAt) {}
