// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import java.time.Instant;

/**
 * Why something does not move, as a worker reported it.
 *
 * @param text what the worker said
 * @param reportedAt when
 * @param number orders what was reported at one moment
 */
record ReportedProblem(String text, Instant reportedAt, long number) {}
