// SPDX-License-Identifier: Apache-2.0

/**
 * Typed events: which classes stand for which types of stream events, how their forms grow, and
 * what is said about them. {@link dev.holdfast.streams.event.EventTypes} is the registry.
 */
@NullMarked
package dev.holdfast.streams.event;

import org.jspecify.annotations.NullMarked;
