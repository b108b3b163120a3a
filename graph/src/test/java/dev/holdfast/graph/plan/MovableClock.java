// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import java.time.Instant;
import java.time.InstantSource;

/** Time that stands still until it is moved. */
final class MovableClock implements InstantSource {

  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void moveTo(Instant time) {
    if (time.isAfter(now)) {
      now = time;
    }
  }
}
