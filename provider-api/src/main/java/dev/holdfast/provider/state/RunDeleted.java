// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ChangeResult;

/**
 * What {@link DeleteRun} has removed beside the run (RUN-26).
 *
 * @param steps how many steps
 * @param messages how many messages of its inboxes, in every state
 */
public record RunDeleted(long steps, long messages) implements ChangeResult {}
