// SPDX-License-Identifier: Apache-2.0

/** Events and messages of the runtime, and how they are written. */
@NullMarked
package dev.holdfast.runtime.internal.event;

import org.jspecify.annotations.NullMarked;
