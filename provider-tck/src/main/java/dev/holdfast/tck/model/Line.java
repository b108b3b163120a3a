// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.List;
import java.util.Set;

/**
 * One part of an answer.
 *
 * @param text the part in words
 * @param alsoRight other words that the contract allows
 */
record Line(String text, Set<String> alsoRight) {

  static Line of(String text) {
    return new Line(text, Set.of());
  }

  static List<Line> only(String text) {
    return List.of(of(text));
  }

  private boolean allows(Line other) {
    return text.equals(other.text) || alsoRight.contains(other.text);
  }

  /** Whether the answer of a provider is one that the model allows. */
  static boolean agree(List<Line> model, List<Line> actual) {
    if (model.size() != actual.size()) {
      return false;
    }
    for (int i = 0; i < model.size(); i++) {
      if (!model.get(i).allows(actual.get(i))) {
        return false;
      }
    }
    return true;
  }

  static String text(List<Line> lines) {
    return lines.isEmpty() ? "nothing" : String.join("\n", lines.stream().map(Line::text).toList());
  }
}
