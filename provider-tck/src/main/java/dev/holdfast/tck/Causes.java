// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Causes with the part of their stacks that says something. Stateless. */
final class Causes {

  /** Where the kit and what runs it begin, below which no frame tells anything. */
  private static final List<String> BELOW =
      List.of(
          "dev.holdfast.tck.junit.",
          "dev.holdfast.tck.words.",
          "dev.holdfast.tck.instrument.",
          "org.junit.",
          "jdk.internal.reflect.");

  private static final int MOST_FRAMES = 15;

  private Causes() {}

  /** A cause and those below it, as lines of a failure; each frame once. */
  static String of(@Nullable Throwable first) {
    StringBuilder text = new StringBuilder();
    String label = "\n  cause   ";
    Set<StackTraceElement> shown = new HashSet<>();
    for (Throwable cause = first; cause != null; cause = cause.getCause()) {
      text.append(label).append(cause);
      frames(cause).stream()
          .filter(shown::add)
          .forEach(frame -> text.append("\n            at ").append(frame));
      label = "\n  of      ";
    }
    return text.toString();
  }

  private static List<StackTraceElement> frames(Throwable thrown) {
    List<StackTraceElement> frames = new ArrayList<>();
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frames.size() == MOST_FRAMES
          || BELOW.stream().anyMatch(frame.getClassName()::startsWith)) {
        break;
      }
      frames.add(frame);
    }
    return frames;
  }
}
