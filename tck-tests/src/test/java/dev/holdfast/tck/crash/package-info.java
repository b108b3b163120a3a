// SPDX-License-Identifier: Apache-2.0

/** Child JVMs and what they tell. */
@NullMarked
package dev.holdfast.tck.crash;

import org.jspecify.annotations.NullMarked;
