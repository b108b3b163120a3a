// SPDX-License-Identifier: Apache-2.0

/** One execution in memory: its code on a thread of its own, its history, its pending requests. */
@NullMarked
package dev.holdfast.runtime.internal.replay;

import org.jspecify.annotations.NullMarked;
