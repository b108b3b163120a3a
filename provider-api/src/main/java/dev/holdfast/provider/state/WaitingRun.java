// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.time.Instant;

/**
 * A suspended run for which inputs wait.
 *
 * @param runId the run
 * @param inputs how many inputs are not consumed, over all its steps
 * @param oldestSince when the oldest of them was appended
 */
public record WaitingRun(String runId, long inputs, Instant oldestSince) {}
