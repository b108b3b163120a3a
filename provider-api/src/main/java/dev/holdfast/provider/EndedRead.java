// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Asks which of some instances have ended (ENDED-01 to ENDED-07).
 *
 * @param instanceIds the instances, which need not exist; an id that is named twice counts once
 * @param waitUpTo how long to wait until at least one has ended; zero for not at all
 */
public record EndedRead(List<String> instanceIds, Duration waitUpTo) {

  /** The most instances of one call. */
  public static final int MAX_INSTANCES = 10_000;

  /**
   * Checks and copies.
   *
   * @throws InvalidRequest when an id is not well formed, there are more than {@link
   *     #MAX_INSTANCES}, or the wait is negative (ENDED-05)
   */
  public EndedRead {
    instanceIds = List.copyOf(new LinkedHashSet<>(instanceIds));
    if (instanceIds.size() > MAX_INSTANCES) {
      throw new InvalidRequest(
          "EndedRead",
          "it asks for %d instances; at most %d are allowed, ask for the others in another call"
              .formatted(instanceIds.size(), MAX_INSTANCES));
    }
    instanceIds.forEach(id -> Checks.identifier("EndedRead", "instanceId", id));
    Checks.notNegative("EndedRead", "waitUpTo", waitUpTo);
  }
}
