// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.Feature;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which features random operations use.
 *
 * @param used the features
 */
record Features(Set<Feature> used) {

  static Features of(StoreUnderTest store) {
    Set<Feature> declared = EnumSet.allOf(Feature.class);
    declared.removeIf(feature -> !store.declares(feature));
    return new Features(declared);
  }

  /**
   * Without what leaves too much open beside other calls: what is passed by while others change it,
   * and what becomes of messages to an instance that is gone.
   */
  Features besideOthers() {
    Set<Feature> less =
        EnumSet.copyOf(
            EnumSet.complementOf(
                EnumSet.of(
                    Feature.TAGS,
                    Feature.SESSIONS,
                    Feature.VERSION_FILTER,
                    Feature.INSTANCE_DELETION)));
    less.retainAll(used);
    return new Features(less);
  }

  /** Changes and what they are about, and the deletion of instances where it is used. */
  Features ofStates() {
    Set<Feature> less =
        EnumSet.of(
            Feature.CHANGES,
            Feature.STATE_TABLES,
            Feature.INBOX,
            Feature.TRIGGERS,
            Feature.INSTANCE_DELETION);
    less.retainAll(used);
    return new Features(less);
  }

  boolean use(Feature feature) {
    return used.contains(feature);
  }
}
