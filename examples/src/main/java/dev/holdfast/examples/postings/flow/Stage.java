// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.Locale;

/** How far a posting is. */
public enum Stage {
  /** Nothing is known of it. */
  NEW,
  RECEIVED,
  NORMALISED,
  CLASSIFIED,
  EXTRACTED,
  SUMMARISED,
  /** It is done. */
  SCORED,
  /** A model failed as often as it may; it is done too. */
  GIVEN_UP;

  /** Whether nothing more is expected to happen. */
  public boolean isEnd() {
    return this == SCORED || this == GIVEN_UP;
  }

  /** Its name for people. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Where a posting is on which an actor works. */
  public static Stage before(Actor actor) {
    return switch (actor) {
      case NORMALISE -> RECEIVED;
      case CLASSIFY -> NORMALISED;
      case EXTRACT -> CLASSIFIED;
      case SUMMARISE -> EXTRACTED;
      case SCORE -> SUMMARISED;
    };
  }
}
