// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.KeyValueMutation;
import java.util.List;

/**
 * What code has said in a turn that is no event.
 *
 * @param status what becomes of the custom status
 * @param keyValues changes of key-values, one for each key, after one that clears all if there is
 *     any
 */
public record Said(CustomStatusChange status, List<KeyValueMutation> keyValues) {

  /** Copies the list. */
  public Said {
    keyValues = List.copyOf(keyValues);
  }
}
