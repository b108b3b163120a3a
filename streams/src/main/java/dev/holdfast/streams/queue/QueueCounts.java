// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

/**
 * What one worker has done since it began. Immutable.
 *
 * @param turns how many turns were stored
 * @param processed how many entries were processed
 * @param events how many events they came to
 * @param failedAttempts how many attempts have failed, the last ones of dead letters included
 * @param deadLetters how many entries became dead letters
 * @param conflicts how often a turn was decided again because others had appended meanwhile
 */
public record QueueCounts(
    long turns,
    long processed,
    long events,
    long failedAttempts,
    long deadLetters,
    long conflicts) {}
