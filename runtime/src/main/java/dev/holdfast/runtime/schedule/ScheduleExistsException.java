// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.runtime.HoldfastException;

/** There is a schedule with this id already. */
public final class ScheduleExistsException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String id;

  /**
   * Creates the exception.
   *
   * @param id the id of the schedule
   */
  public ScheduleExistsException(String id) {
    super(
        "there is a schedule \"%s\" already; change it, or use createOrChange for both"
            .formatted(id));
    this.id = id;
  }

  /** {@return the id of the schedule} */
  public String id() {
    return id;
  }
}
