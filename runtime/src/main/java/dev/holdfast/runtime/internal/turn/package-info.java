// SPDX-License-Identifier: Apache-2.0

/**
 * The engine as a worker sees it: translates between deliveries and replay, messages and events,
 * new events and what is stored.
 */
@NullMarked
package dev.holdfast.runtime.internal.turn;

import org.jspecify.annotations.NullMarked;
