// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

/** What the engine has stored cannot be read, or is not the engine's. */
final class UnreadableRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableRowException(String message, Throwable cause) {
    super(message, cause);
  }
}
