// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.provider.AckResult;

/** What is measured must have happened. */
public final class Applied {

  private Applied() {}

  /**
   * Makes sure that an ack was applied.
   *
   * @throws IllegalStateException when it was not
   */
  public static void check(AckResult result) {
    if (!(result instanceof AckResult.Applied)) {
      throw new IllegalStateException("an ack was not applied: " + result);
    }
  }
}
