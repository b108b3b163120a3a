// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

/**
 * How far a migration has come (ES-34). It goes forward phase by phase, and back to any former one
 * at once; only {@link #OLD_OFF} has no way back.
 */
public enum Phase {
  /** Before: the old table is written and read, there are no events. */
  OFF,
  /** Old table and events are written together, and the old table is read. */
  DUAL,
  /** As {@link #DUAL}, and a whole comparison has found no difference. */
  VALIDATED,
  /** Old table and events are written together, and the events are read. */
  READ_NEW,
  /** Behind: the events are written and read; the old table stands still. */
  OLD_OFF;

  /** {@return whether the old table is written} */
  public boolean writesOld() {
    return this != OLD_OFF;
  }

  /** {@return whether events are written} */
  public boolean writesNew() {
    return this != OFF;
  }

  /** {@return whether old table and events are both written, and compared} */
  public boolean writesBoth() {
    return writesOld() && writesNew();
  }

  /** {@return whether what is read comes from the events} */
  public boolean readsNew() {
    return this == READ_NEW || this == OLD_OFF;
  }
}
