// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

/** Why the events of one stream stay. Never leaves the package. */
final class RefusedArchiving extends Exception {

  private static final long serialVersionUID = 1L;

  private final String reason;

  RefusedArchiving(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
