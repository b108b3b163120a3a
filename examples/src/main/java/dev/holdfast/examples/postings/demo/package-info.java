// SPDX-License-Identifier: Apache-2.0

/**
 * {@code ./holdfast demo-events}: postings in queues, workers that are killed, a projection that is
 * broken, repaired and rebuilt, and an audit.
 */
@NullMarked
package dev.holdfast.examples.postings.demo;

import org.jspecify.annotations.NullMarked;
