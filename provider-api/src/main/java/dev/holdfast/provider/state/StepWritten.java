// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ChangeResult;

/**
 * The step after the change.
 *
 * @param step its row
 * @param created whether the change has made it
 */
public record StepWritten(StepSummary step, boolean created) implements ChangeResult {}
