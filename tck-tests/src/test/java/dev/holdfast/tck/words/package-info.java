// SPDX-License-Identifier: Apache-2.0

/** What tests need: stores, time, logs and chance. */
@NullMarked
package dev.holdfast.tck.words;

import org.jspecify.annotations.NullMarked;
