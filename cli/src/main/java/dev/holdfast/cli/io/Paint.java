// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

/** The colours of a terminal. */
public enum Paint {
  /** As everything else. */
  PLAIN(""),
  /** Headings. */
  BOLD("1"),
  /** Well. */
  GREEN("32"),
  /** Under way. */
  BLUE("34"),
  /** Worth a look. */
  YELLOW("33"),
  /** Failed. */
  RED("31");

  private final String code;

  Paint(String code) {
    this.code = code;
  }

  /** {@return the text in this colour} */
  String on(String text) {
    return code.isEmpty() || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
