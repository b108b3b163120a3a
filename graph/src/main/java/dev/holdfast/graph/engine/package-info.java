// SPDX-License-Identifier: Apache-2.0

/**
 * The engine of graphs: turns of runs, steps as activities, the client, recovery. It reads rows and
 * writes changes with acks; between two turns nothing is kept. What is next is said by {@link
 * dev.holdfast.graph.plan}; what is here does it.
 */
@NullMarked
package dev.holdfast.graph.engine;

import org.jspecify.annotations.NullMarked;
