// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Mailbox;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.Saga;
import dev.holdfast.runtime.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds the lines of an orchestration in the stack of its thread. */
final class CodeLines {

  private static final String ENGINE = "dev.holdfast.runtime.internal.";
  private static final String OUTERMOST = OrchestrationRunner.class.getName();

  /** What code calls on its way to the engine. */
  private static final Set<String> CALLED =
      Set.of(
          DurableFuture.class.getName(),
          Mailbox.class.getName(),
          OrchestrationContext.class.getName(),
          Saga.class.getName(),
          Selection.class.getName());

  private CodeLines() {}

  /** {@return the lines of code, the innermost first; none where it is no stack of code} */
  static List<StackTraceElement> in(List<StackTraceElement> stack) {
    List<StackTraceElement> lines = new ArrayList<>();
    for (StackTraceElement frame : stack) {
      String name = frame.getClassName();
      if (name.equals(OUTERMOST)) {
        return lines;
      }
      if (isCode(name)) {
        lines.add(frame);
      }
    }
    return List.of();
  }

  private static boolean isCode(String className) {
    return !className.startsWith(ENGINE)
        && !className.startsWith("java.")
        && !className.startsWith("jdk.")
        && !CALLED.contains(className);
  }
}
