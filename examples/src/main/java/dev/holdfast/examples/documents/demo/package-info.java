// SPDX-License-Identifier: Apache-2.0

/** {@code ./holdfast demo-graph}: many runs, workers that are killed, and an audit. */
@NullMarked
package dev.holdfast.examples.documents.demo;

import org.jspecify.annotations.NullMarked;
