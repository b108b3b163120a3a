// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

/**
 * Which event of which execution started a child.
 *
 * @param instanceId the parent
 * @param executionId its execution
 * @param eventId the event that scheduled the child
 */
public record ParentLink(String instanceId, long executionId, long eventId) {}
