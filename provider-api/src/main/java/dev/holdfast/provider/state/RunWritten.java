// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ChangeResult;

/**
 * The run after the change.
 *
 * @param run its row
 */
public record RunWritten(RunSummary run) implements ChangeResult {}
