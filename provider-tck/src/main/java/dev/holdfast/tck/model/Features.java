// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.Feature;
import dev.holdfast.tck.words.StoreUnderTest;

/**
 * Which features random operations use.
 *
 * @param claims whether some of them claim
 * @param turnsAhead whether some of those that claim send a turn ahead
 * @param keyValues whether some turns change key-values
 */
record Features(boolean claims, boolean turnsAhead, boolean keyValues) {

  static Features of(StoreUnderTest store) {
    return new Features(
        store.declares(Feature.EAGER_DISPATCH),
        store.declares(Feature.TURNS_AHEAD),
        store.declares(Feature.KEY_VALUES));
  }
}
