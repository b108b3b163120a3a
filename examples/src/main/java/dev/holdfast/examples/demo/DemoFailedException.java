// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

/** The demo cannot go on. The message is for the user. */
public final class DemoFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the line for the user. */
  public DemoFailedException(String message) {
    super(message);
  }
}
