// SPDX-License-Identifier: Apache-2.0

/** Event streams: appends, and how they are read. */
@NullMarked
package dev.holdfast.provider.postgres.stream;

import org.jspecify.annotations.NullMarked;
