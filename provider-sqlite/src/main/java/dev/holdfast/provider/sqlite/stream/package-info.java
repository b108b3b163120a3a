// SPDX-License-Identifier: Apache-2.0

/** Event streams in one file: appends, and how they are read. */
@NullMarked
package dev.holdfast.provider.sqlite.stream;

import org.jspecify.annotations.NullMarked;
