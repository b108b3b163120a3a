// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import dev.holdfast.bench.measure.Latency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a case. Its components are the fields of the JSON report.
 *
 * @param scenario the scenario
 * @param name the case
 * @param unit the unit of the value
 * @param value the median of the rounds
 * @param reference what it is compared with
 * @param referenceValue the median of that
 * @param ratio the median of the rounds' ratios
 * @param ratios the ratio of each round
 * @param goal what the ratio should be, null when there is no goal
 * @param met whether it is, null when there is no goal
 * @param latencies medians over the rounds, per operation
 * @param bytesPerUnit what this process allocated for each unit, the median of the rounds; null
 *     when that was not measured
 */
public record Result(
    String scenario,
    String name,
    String unit,
    double value,
    String reference,
    double referenceValue,
    double ratio,
    List<Double> ratios,
    @Nullable Goal goal,
    @Nullable Boolean met,
    Map<String, Latency> latencies,
    @Nullable Double bytesPerUnit) {}
