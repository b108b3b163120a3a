// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

/** This worker does not know the name; another one may, or this one after its next deployment. */
final class UnregisteredException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnregisteredException(String message) {
    super(message);
  }
}
