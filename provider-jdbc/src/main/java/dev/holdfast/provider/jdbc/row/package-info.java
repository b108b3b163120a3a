// SPDX-License-Identifier: Apache-2.0

/** What rows, lock tokens and SQL states mean to the SPI. */
@NullMarked
package dev.holdfast.provider.jdbc.row;

import org.jspecify.annotations.NullMarked;
