// SPDX-License-Identifier: Apache-2.0

/**
 * Durable schedules: orchestrations that are started again and again, by cron expressions or in
 * intervals. Begin with {@link dev.holdfast.runtime.HoldfastClient#schedules()} and {@link
 * dev.holdfast.runtime.schedule.Schedule}.
 */
@NullMarked
package dev.holdfast.runtime.schedule;

import org.jspecify.annotations.NullMarked;
