// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import java.util.List;

/**
 * How a migration stands, for all processes.
 *
 * @param phase the phase
 * @param differences of how many ids a difference is known
 * @param imported what the last import came to so far
 * @param isImportComplete whether it has seen the whole table
 * @param switches all switches, oldest first
 */
public record MigrationStatus(
    Phase phase,
    long differences,
    Imported imported,
    boolean isImportComplete,
    List<PhaseSwitch> switches) {

  /** Copies the list. */
  public MigrationStatus {
    switches = List.copyOf(switches);
  }
}
