// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.stream.AppendEvents;
import java.util.List;

/**
 * What code has said in a turn that is no event.
 *
 * @param status what becomes of the custom status
 * @param keyValues changes of key-values, one for each key, after one that clears all if there is
 *     any
 * @param appends what is appended to streams, in order, each with the event that records it
 */
public record Said(
    CustomStatusChange status, List<KeyValueMutation> keyValues, List<Append> appends) {

  /** Copies the lists. */
  public Said {
    keyValues = List.copyOf(keyValues);
    appends = List.copyOf(appends);
  }

  /**
   * An append.
   *
   * @param eventId the event that records it
   * @param events what is appended, and where
   */
  public record Append(long eventId, AppendEvents events) {}
}
