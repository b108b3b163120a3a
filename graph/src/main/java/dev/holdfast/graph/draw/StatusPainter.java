// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.provider.state.StepStatus;

/** Puts a colour on what shows a status in a terminal. */
@FunctionalInterface
public interface StatusPainter {

  /**
   * Paints a text.
   *
   * @param status the status that it shows
   * @param text a sign or a word
   * @return the text, with what the terminal takes for colours around it; it takes no other room
   */
  String paint(StepStatus status, String text);
}
