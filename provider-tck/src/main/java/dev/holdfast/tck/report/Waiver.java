// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import java.time.LocalDate;

/**
 * A recorded exception: a rule that is known not to hold.
 *
 * @param ruleId the rule
 * @param reason why that is accepted
 * @param until the last day on which it is
 */
public record Waiver(String ruleId, String reason, LocalDate until) {}
