// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;

/**
 * How a checkpoint moves. Applied only if the stored one is {@code from} (PROJECTION-05).
 *
 * @param shard the shard, from 0
 * @param from the checkpoint that the update goes on from
 * @param to the checkpoint afterwards; may be equal
 */
public record Advance(int shard, LogPosition from, LogPosition to) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the shard is negative, or {@code to} lies before
   *     {@code from} (PROJECTION-06)
   */
  public Advance {
    Checks.notNegative("Advance", "shard", (long) shard);
    Objects.requireNonNull(from, "from");
    if (to.isBefore(from)) {
      throw new InvalidRequest(
          "Advance", "the checkpoint goes from %s back to %s".formatted(from, to));
    }
  }
}
