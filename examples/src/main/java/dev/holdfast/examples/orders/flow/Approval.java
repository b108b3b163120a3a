// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

/**
 * The value of the approval event.
 *
 * @param approved yes or no
 * @param by who decided
 */
public record Approval(boolean approved, String by) {}
