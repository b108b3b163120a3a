// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import dev.holdfast.worker.internal.util.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts stacks to texts, as exceptions print them, and back. */
public final class StackFrames {

  private static final int LONGEST = 300;
  private static final int NATIVE = -2;

  // Loader and module, class, method, file, line.
  private static final Pattern FRAME =
      Pattern.compile("(?:.*/)?([^/]+)\\.([^.(]+)\\((.*?)(?::(\\d{1,9}))?\\)");

  private StackFrames() {}

  /** {@return the innermost frames, at most so many} */
  public static List<String> of(StackTraceElement[] stack, int most) {
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < stack.length && i < most; i++) {
      frames.add(Texts.cut(String.valueOf(stack[i]), LONGEST));
    }
    return frames;
  }

  /** {@return the frames as far as they can be read} */
  public static StackTraceElement[] parse(List<String> frames) {
    return frames.stream().map(StackFrames::parse).toArray(StackTraceElement[]::new);
  }

  private static StackTraceElement parse(String frame) {
    Matcher parts = FRAME.matcher(frame);
    if (!parts.matches()) {
      return new StackTraceElement("", frame, null, -1);
    }
    String file = parts.group(3);
    String line = parts.group(4);
    int number = line != null ? Integer.parseInt(line) : file.equals("Native Method") ? NATIVE : -1;
    boolean known = number != NATIVE && !file.equals("Unknown Source");
    return new StackTraceElement(parts.group(1), parts.group(2), known ? file : null, number);
  }
}
