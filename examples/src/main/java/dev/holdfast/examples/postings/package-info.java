// SPDX-License-Identifier: Apache-2.0

/** An application of events: job postings go through a pipeline of actors. */
@NullMarked
package dev.holdfast.examples.postings;

import org.jspecify.annotations.NullMarked;
