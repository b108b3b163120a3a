// SPDX-License-Identifier: Apache-2.0

/** What happens to an order: the orchestrations, their activities, and how a run should end. */
@NullMarked
package dev.holdfast.examples.orders.flow;

import org.jspecify.annotations.NullMarked;
