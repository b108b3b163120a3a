// SPDX-License-Identifier: Apache-2.0

/** Job postings, and what scripts and models make of them: events, states, rows. */
@NullMarked
package dev.holdfast.examples.postings.flow;

import org.jspecify.annotations.NullMarked;
