// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.Objects;

/**
 * What an ack does to the instance's custom status. Anything but {@link Keep} needs {@link
 * Feature#CUSTOM_STATUS}.
 */
public sealed interface CustomStatusChange {

  /** {@return the change that leaves value and version alone} */
  static CustomStatusChange keep() {
    return Keep.INSTANCE;
  }

  /** Leaves value and version alone (STATUS-04). */
  enum Keep implements CustomStatusChange {
    /** The only value. */
    INSTANCE
  }

  /**
   * Stores a value and makes the version 1 greater, also when the value is equal (STATUS-02,
   * STATUS-05).
   *
   * @param value the new value
   */
  record Set(Payload value) implements CustomStatusChange {
    /** Checks the value. */
    public Set {
      Objects.requireNonNull(value, "value");
    }
  }

  /** Removes the value and makes the version 1 greater (STATUS-03). */
  record Clear() implements CustomStatusChange {}
}
