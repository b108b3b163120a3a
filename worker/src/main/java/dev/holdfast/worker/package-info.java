// SPDX-License-Identifier: Apache-2.0

/**
 * Workers and what plugs into them. A {@link dev.holdfast.worker.Worker} takes instances and
 * activities from a store, keeps their locks, has engines do the work and stores the results. An
 * engine is a {@link dev.holdfast.worker.TurnHandler}, and usually an {@link
 * dev.holdfast.worker.ActivityHandler} beside it.
 */
@NullMarked
package dev.holdfast.worker;

import org.jspecify.annotations.NullMarked;
