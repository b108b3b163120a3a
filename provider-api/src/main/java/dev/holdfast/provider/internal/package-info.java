// SPDX-License-Identifier: Apache-2.0

/** Shared checks of the SPI's own constructors. Not exported; not for use outside this module. */
@NullMarked
package dev.holdfast.provider.internal;

import org.jspecify.annotations.NullMarked;
