// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

/**
 * What the user wants.
 *
 * @param workers how many processes work at a time
 * @param kills how many of them are killed
 * @param seed decides who and when
 */
record Plan(int workers, int kills, long seed) {}
