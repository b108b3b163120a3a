// SPDX-License-Identifier: Apache-2.0

/**
 * The machinery of a worker: pollers and their slots, held locks and their renewal, calls that ride
 * out an outage, and the runners that hand work to engines and store the results.
 */
@NullMarked
package dev.holdfast.worker.internal;

import org.jspecify.annotations.NullMarked;
