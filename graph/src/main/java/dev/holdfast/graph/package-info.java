// SPDX-License-Identifier: Apache-2.0

/**
 * Graphs of steps: what is defined, how it is checked, and its JSON. A {@link
 * dev.holdfast.graph.GraphDefinition} is a value; it is made by a {@link
 * dev.holdfast.graph.GraphBuilder} or read by {@link dev.holdfast.graph.GraphJson}, and both refuse
 * a graph that cannot run, with all that is wrong with it.
 */
@NullMarked
package dev.holdfast.graph;

import org.jspecify.annotations.NullMarked;
