// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

/**
 * Which floor: one-row durable commits of so many clients.
 *
 * @param name what it is called in reports, such as F8
 * @param connections how many clients, each with a connection of its own
 */
public record Floor(String name, int connections) {}
