// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import java.time.Instant;

/**
 * The death of the first worker.
 *
 * @param worker who was killed
 * @param at when
 * @param afterOrders how many orders had ended in this run
 */
record Kill(String worker, Instant at, int afterOrders) {}
