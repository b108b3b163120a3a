// SPDX-License-Identifier: Apache-2.0

/** Schedules as eternal orchestrations, and the calls of their clients. */
@NullMarked
package dev.holdfast.runtime.internal.schedule;

import org.jspecify.annotations.NullMarked;
