// SPDX-License-Identifier: Apache-2.0

/**
 * Queues of events and commands: {@link dev.holdfast.streams.queue.EventQueue} takes them, durably,
 * and {@link dev.holdfast.streams.queue.QueueEngine} processes them, those of one aggregate one at
 * a time and in order, with any number of workers.
 */
@NullMarked
package dev.holdfast.streams.queue;

import org.jspecify.annotations.NullMarked;
