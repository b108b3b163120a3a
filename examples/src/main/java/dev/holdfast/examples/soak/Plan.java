// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import java.time.Duration;

/**
 * What a soak does.
 *
 * @param workers how many worker processes there are at any time
 * @param lasts how long instances are started
 * @param open how many instances there are at once
 * @param killEvery the mean time between two kills of workers, zero for none
 * @param restartEvery the mean time between two restarts of the database, zero for none
 * @param seed decides when, and who
 */
record Plan(
    int workers, Duration lasts, int open, Duration killEvery, Duration restartEvery, long seed) {}
