// SPDX-License-Identifier: Apache-2.0

/** Tickets of a help desk, whose truth is their events. */
@NullMarked
package dev.holdfast.examples.tickets;

import org.jspecify.annotations.NullMarked;
