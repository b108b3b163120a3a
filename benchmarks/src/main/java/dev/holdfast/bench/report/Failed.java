// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

/**
 * A case that could not be measured.
 *
 * @param scenario the scenario
 * @param name the case
 * @param reason why
 */
public record Failed(String scenario, String name, String reason) {}
