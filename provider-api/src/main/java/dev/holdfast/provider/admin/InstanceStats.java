// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

/**
 * Numbers and sizes of one instance (ADMIN-23). Sizes are payload bytes.
 *
 * @param currentEvents events of the current execution
 * @param currentEventBytes their size
 * @param totalEvents events of all executions
 * @param totalEventBytes their size
 * @param queuedMessages messages in the orchestrator queue
 * @param pendingActivities activities in the worker queue
 * @param keys key-values that a client sees; 0 where they are not declared
 * @param keyBytes their size
 */
public record InstanceStats(
    long currentEvents,
    long currentEventBytes,
    long totalEvents,
    long totalEventBytes,
    long queuedMessages,
    long pendingActivities,
    long keys,
    long keyBytes) {}
