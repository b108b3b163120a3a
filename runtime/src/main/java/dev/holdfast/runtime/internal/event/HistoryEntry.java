// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import java.time.Instant;

/**
 * An event with its place in the history.
 *
 * @param id the event id within the execution
 * @param at when it was recorded
 * @param event what happened
 */
public record HistoryEntry(long id, Instant at, Event event) {}
