// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.Locale;

/** Those that work on a posting, in the order in which they do. */
public enum Actor {
  /** Puts title and place in order. */
  NORMALISE(false),
  /** Says what sort of work it is. */
  CLASSIFY(true),
  /** Finds what one has to know. */
  EXTRACT(true),
  /** Says it in one sentence. */
  SUMMARISE(true),
  /** Says how good the posting is. */
  SCORE(false);

  private final boolean model;

  Actor(boolean model) {
    this.model = model;
  }

  /** Whether it is a model, which costs tokens and fails now and then, and no script. */
  public boolean isModel() {
    return model;
  }

  /** Its name, in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
