// SPDX-License-Identifier: Apache-2.0

/** What the parts of the runtime share. */
@NullMarked
package dev.holdfast.runtime.internal;

import org.jspecify.annotations.NullMarked;
