// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.Locale;

/** One of the two queues. */
enum Queue {
  TURNS,
  ACTIVITIES;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
