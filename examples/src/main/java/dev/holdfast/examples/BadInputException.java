// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

/** What the user gave cannot be worked with. The message is one line for the user. */
public final class BadInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the line for the user. */
  public BadInputException(String message) {
    super(message);
  }

  /** With the line for the user, and what is behind it. */
  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
