// SPDX-License-Identifier: Apache-2.0

/** The graph of the documents, the code of its steps, and what comes of it. */
@NullMarked
package dev.holdfast.examples.documents.flow;

import org.jspecify.annotations.NullMarked;
