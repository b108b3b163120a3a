// SPDX-License-Identifier: Apache-2.0

/**
 * Graphs as pictures: {@link dev.holdfast.graph.draw.Mermaid}, {@link dev.holdfast.graph.draw.Dot},
 * and {@link dev.holdfast.graph.draw.TerminalDrawing} for the terminal; each with where the steps
 * of a run stand, if that is given. Pure functions.
 */
@NullMarked
package dev.holdfast.graph.draw;

import org.jspecify.annotations.NullMarked;
