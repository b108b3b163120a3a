// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.Arrays;
import java.util.List;

/** The ways in which changes get into a store. */
enum ChangeWay {
  /** Alone. */
  APPLY,
  /** With the ack of a turn. */
  TURN,
  /** With the ack of a turn, behind another one in a list. */
  TURN_IN_LIST,
  /** With the ack of an activity. */
  ACTIVITY,
  /** With the ack of an activity, behind another one in a list. */
  ACTIVITY_IN_LIST;

  /** Those that every provider can be asked in: without the feature there is no call of its own. */
  static List<ChangeWay> all(StoreUnderTest store) {
    return Arrays.stream(values())
        .filter(way -> way != APPLY || store.declares(Feature.CHANGES))
        .toList();
  }

  boolean isAck() {
    return this != APPLY;
  }

  boolean isTurn() {
    return this == TURN || this == TURN_IN_LIST;
  }

  boolean isInList() {
    return this == TURN_IN_LIST || this == ACTIVITY_IN_LIST;
  }
}
