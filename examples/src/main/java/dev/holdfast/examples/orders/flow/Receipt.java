// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

/**
 * What a completed order leaves.
 *
 * @param orderId the order
 * @param chargeId the payment provider's reference
 * @param trackingNumber the carrier's reference
 */
public record Receipt(String orderId, String chargeId, String trackingNumber) {}
