// SPDX-License-Identifier: Apache-2.0

/** The workflow of a ticket, what is shown of it, and what an undisturbed run makes of it. */
@NullMarked
package dev.holdfast.examples.tickets.flow;

import org.jspecify.annotations.NullMarked;
