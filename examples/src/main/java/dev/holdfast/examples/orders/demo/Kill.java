// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import java.time.Instant;

/**
 * The death of the first worker.
 *
 * @param worker who was killed
 * @param pid the number of its process
 * @param at when
 * @param afterOrders how many orders had ended in this run
 * @param heirs who carried on
 */
record Kill(String worker, long pid, Instant at, int afterOrders, String heirs) {}
