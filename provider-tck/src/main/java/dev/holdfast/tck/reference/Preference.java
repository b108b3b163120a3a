// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ActivityTask;
import java.util.List;

/**
 * Which of several that are ready comes first, where the contract leaves that open.
 *
 * @param order instance ids or activity identities, the first one first
 * @param always whether it also overrules when they became ready, for a model whose clock is not
 *     the one of the store that it is compared with
 */
record Preference(List<?> order, boolean always) {

  /** Of a store that is compared with nothing. */
  static final Preference NONE = new Preference(List.of(), false);

  /**
   * Whether a claim takes an activity of a session: a store may leave those to fetches (CLAIM-01).
   */
  boolean claims(ActivityTask task) {
    return equals(NONE) || task.sessionId() == null || order.contains(task.identity());
  }

  /** Where one stands whatever the moment. */
  int firstOfAll(Object key) {
    int place = always ? order.indexOf(key) : 0;
    return place < 0 ? order.size() : place;
  }
}
