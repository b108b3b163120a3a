// SPDX-License-Identifier: Apache-2.0

/** Event streams on the rows of a store: what is stored of an event, and the reads. */
@NullMarked
package dev.holdfast.provider.jdbc.stream;

import org.jspecify.annotations.NullMarked;
