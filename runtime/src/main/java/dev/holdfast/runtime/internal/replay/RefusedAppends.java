// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.ProviderError.VersionConflict;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which appends of a turn the store has refused, so that the turn is run again and its code is told
 * at the same place.
 *
 * @param byEvent why, by the id of the event that would have recorded the append
 */
public record RefusedAppends(Map<Long, VersionConflict> byEvent) {

  /** Nothing was refused. */
  public static final RefusedAppends NONE = new RefusedAppends(Map.of());

  /** Copies the map. */
  public RefusedAppends {
    byEvent = Map.copyOf(byEvent);
  }

  /** {@return these and one more} */
  public RefusedAppends with(long eventId, VersionConflict why) {
    Map<Long, VersionConflict> more = new HashMap<>(byEvent);
    more.put(eventId, why);
    return new RefusedAppends(more);
  }

  @Nullable VersionConflict at(long eventId) {
    return byEvent.get(eventId);
  }
}
