// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A run that ended with different answers.
 *
 * @param steps what was done and answered; the last one differs
 */
record Difference(List<Step> steps) {

  List<Operation> operations() {
    return steps.stream().map(Step::operation).toList();
  }

  Step last() {
    return steps.get(steps.size() - 1);
  }

  String text() {
    return IntStream.range(0, steps.size())
        .mapToObj(i -> steps.get(i).text(i + 1))
        .collect(Collectors.joining("\n"));
  }
}
