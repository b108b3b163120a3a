// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;

/** A change of a run or of one of its steps. Needs {@link Feature#STATE_TABLES}. Immutable. */
public sealed interface StateChange extends Change
    permits CreateRun, RunChange, RestartRun, DeleteRun, EnsureStep, StepChange {

  @Override
  String runId();

  @Override
  default Feature feature() {
    return Feature.STATE_TABLES;
  }
}
