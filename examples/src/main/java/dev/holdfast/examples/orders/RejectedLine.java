// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders;

/**
 * A line of the file that is no order.
 *
 * @param line its number, from 1
 * @param reason what is wrong with it
 */
public record RejectedLine(long line, String reason) {}
