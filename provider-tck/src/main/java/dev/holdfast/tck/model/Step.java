// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.List;

/**
 * An operation with both answers.
 *
 * @param operation what was done
 * @param model what the model answers
 * @param actual what the provider answered
 */
record Step(Operation operation, List<Line> model, List<Line> actual) {

  boolean agrees() {
    return Line.agree(model, actual);
  }

  String text(int number) {
    String head = "%3d. %s\n       ".formatted(number, operation);
    return agrees()
        ? head + indented("-> ", actual)
        : head
            + indented("provider -> ", actual)
            + "   <-- differs\n       "
            + indented("model    -> ", model);
  }

  private static String indented(String label, List<Line> lines) {
    return label + Line.text(lines).replace("\n", "\n       " + " ".repeat(label.length()));
  }
}
