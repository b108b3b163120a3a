// SPDX-License-Identifier: Apache-2.0

/** Records of concurrent calls, and the checks that they must pass. */
@NullMarked
package dev.holdfast.tck.record;

import org.jspecify.annotations.NullMarked;
