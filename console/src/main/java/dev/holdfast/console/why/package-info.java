// SPDX-License-Identifier: Apache-2.0

/** Why an instance is, or is not, moving, in sentences. */
@NullMarked
package dev.holdfast.console.why;

import org.jspecify.annotations.NullMarked;
