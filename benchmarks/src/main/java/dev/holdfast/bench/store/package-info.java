// SPDX-License-Identifier: Apache-2.0

/** Where the measured stores live, and where they are thrown away. */
@NullMarked
package dev.holdfast.bench.store;

import org.jspecify.annotations.NullMarked;
