// SPDX-License-Identifier: Apache-2.0

/** Tests of what other providers are compared with. */
@NullMarked
package dev.holdfast.tck.reference;

import org.jspecify.annotations.NullMarked;
