// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

/**
 * A call to a service.
 *
 * @param operation what is asked for
 * @param orderId for which order
 * @param key tells this request from all others, and is the same when it is repeated
 * @param attempt the caller's attempt, from 1; above 1 after a failure
 * @param delivery the delivery within the attempt, from 1; above 1 after the caller died
 */
public record Call(String operation, String orderId, String key, int attempt, int delivery) {}
