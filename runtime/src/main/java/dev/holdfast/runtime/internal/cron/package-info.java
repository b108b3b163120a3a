// SPDX-License-Identifier: Apache-2.0

/** Cron expressions: parsed, and asked for the next moment. Knows nothing of schedules. */
@NullMarked
package dev.holdfast.runtime.internal.cron;

import org.jspecify.annotations.NullMarked;
