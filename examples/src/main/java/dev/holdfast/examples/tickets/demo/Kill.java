// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import java.time.Instant;

/**
 * A process that was killed.
 *
 * @param who who it was
 * @param isWorker whether it was a worker
 * @param at when
 * @param afterEvents how many events there were by then
 */
record Kill(String who, boolean isWorker, Instant at, int afterEvents) {}
