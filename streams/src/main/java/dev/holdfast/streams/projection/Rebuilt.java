// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.time.Duration;

/**
 * What a rebuild came to (ES-23).
 *
 * @param generation the new generation, which is live now
 * @param former the one that was live, and is kept until it is dropped
 * @param duration how long it took
 * @param events how many events were replayed
 */
public record Rebuilt(int generation, int former, Duration duration, long events) {}
