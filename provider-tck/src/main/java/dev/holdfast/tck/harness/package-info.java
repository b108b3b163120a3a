// SPDX-License-Identifier: Apache-2.0

/** What the rule classes are written with: handles, expectations, recorded calls, time. */
@NullMarked
package dev.holdfast.tck.harness;

import org.jspecify.annotations.NullMarked;
