// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.time.Instant;

/**
 * A process that was killed.
 *
 * @param who who it was
 * @param isWorker whether it was a worker
 * @param pid its process
 * @param at when
 * @param afterEffects how many effects there were by then
 */
public record Kill(String who, boolean isWorker, long pid, Instant at, int afterEffects) {}
