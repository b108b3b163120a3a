// SPDX-License-Identifier: Apache-2.0

/** Documents that go through a graph of steps. */
@NullMarked
package dev.holdfast.examples.documents;

import org.jspecify.annotations.NullMarked;
