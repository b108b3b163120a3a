// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

/** The demo cannot go on. The message is for the user. */
final class DemoFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DemoFailedException(String message) {
    super(message);
  }
}
