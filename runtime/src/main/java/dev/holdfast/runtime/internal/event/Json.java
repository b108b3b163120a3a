// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import java.util.Objects;

/**
 * A JSON text that is embedded as it is and not interpreted: an input, output or value of users.
 *
 * @param text the text
 */
public record Json(String text) {

  /** The text {@code null}. */
  public static final Json NULL = new Json("null");

  /** Checks the text. */
  public Json {
    Objects.requireNonNull(text, "text");
  }

  /** {@return the size, never the content} */
  @Override
  public String toString() {
    return "Json[" + text.length() + " characters]";
  }
}
