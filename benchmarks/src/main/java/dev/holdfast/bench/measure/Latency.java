// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.measure;

/**
 * How long an operation took.
 *
 * @param count how often it was measured
 * @param p50Micros the median, in microseconds
 * @param p99Micros what 99 of 100 stayed below, in microseconds
 */
public record Latency(long count, double p50Micros, double p99Micros) {}
