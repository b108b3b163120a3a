// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.runtime.HoldfastException;

/** There is no schedule with this id, or it has ended. */
public final class NoSuchScheduleException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String id;

  /**
   * Creates the exception.
   *
   * @param id the id of the schedule
   */
  public NoSuchScheduleException(String id) {
    super("there is no schedule \"%s\"".formatted(id));
    this.id = id;
  }

  /** {@return the id of the schedule} */
  public String id() {
    return id;
  }
}
