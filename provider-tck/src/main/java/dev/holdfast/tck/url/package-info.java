// SPDX-License-Identifier: Apache-2.0

/** A fixture for every provider that can be opened by a URL, so that no class has to be written. */
@NullMarked
package dev.holdfast.tck.url;

import org.jspecify.annotations.NullMarked;
