// SPDX-License-Identifier: Apache-2.0

/**
 * Workflows as streams: events that lead from state to state and carry fields. A ready-made
 * aggregate for applications that need no types of their own.
 */
@NullMarked
package dev.holdfast.streams.workflow;

import org.jspecify.annotations.NullMarked;
