// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import org.jspecify.annotations.Nullable;

/** The kit was set up wrongly or the fixture does not work; says nothing about the provider. */
public final class FixtureProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the problem.
   *
   * @param detail what is wrong and what to change
   */
  public FixtureProblem(String detail) {
    this(detail, null);
  }

  /**
   * Creates the problem with its cause.
   *
   * @param detail what is wrong and what to change
   * @param cause the underlying failure
   */
  public FixtureProblem(String detail, @Nullable Throwable cause) {
    super(detail, cause);
  }
}
