// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/**
 * How far rows are behind the log, with a count (ES-26).
 *
 * @param lag how far, by position and age
 * @param events how many events are not folded in
 * @param isAll whether these are all; there may be more when counting ended before
 */
public record ProjectionBacklog(ProjectionLag lag, long events, boolean isAll) {}
