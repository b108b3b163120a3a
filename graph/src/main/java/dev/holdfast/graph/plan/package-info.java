// SPDX-License-Identifier: Apache-2.0

/**
 * What is next in a run, as pure functions of its definition and its rows: nothing here reads a
 * store or a clock, or keeps anything between two calls. {@link dev.holdfast.graph.plan.Planner}
 * decides, {@link dev.holdfast.graph.plan.RowChanges} says what that changes in the rows, and
 * {@link dev.holdfast.graph.plan.RecoveryPlan} says how a run that nobody works on goes on.
 */
@NullMarked
package dev.holdfast.graph.plan;

import org.jspecify.annotations.NullMarked;
