// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;

/** Adds what several calls have removed. */
final class Sums {

  static final InstanceDeletion.Counts NO_INSTANCES = new InstanceDeletion.Counts(0, 0, 0, 0, 0);
  static final ExecutionPruning.Counts NO_EXECUTIONS = new ExecutionPruning.Counts(0, 0, 0);

  private Sums() {}

  static InstanceDeletion.Counts of(InstanceDeletion.Counts one, InstanceDeletion.Counts other) {
    return new InstanceDeletion.Counts(
        one.instances() + other.instances(),
        one.executions() + other.executions(),
        one.events() + other.events(),
        one.messages() + other.messages(),
        one.activities() + other.activities());
  }

  static ExecutionPruning.Counts of(ExecutionPruning.Counts one, ExecutionPruning.Counts other) {
    return new ExecutionPruning.Counts(
        one.instances() + other.instances(),
        one.executions() + other.executions(),
        one.events() + other.events());
  }
}
