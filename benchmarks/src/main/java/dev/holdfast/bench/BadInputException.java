// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

/** The user asked for something that is not there; the message says what. */
final class BadInputException extends Exception {

  private static final long serialVersionUID = 1L;

  BadInputException(String message) {
    super(message);
  }
}
