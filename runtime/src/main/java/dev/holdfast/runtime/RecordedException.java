// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.internal.StackFrames;

/**
 * Shows an exception that was thrown elsewhere, perhaps by another process, as far as it was
 * recorded: it prints like the original, and has its message, its recorded stack and its causes. It
 * has not the class of the original; see {@link Failure#is}.
 */
public final class RecordedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String text;
  private final transient Failure failure;

  /**
   * Creates the exception.
   *
   * @param failure what was recorded
   */
  public RecordedException(Failure failure) {
    super(
        failure.message() == null ? failure.type() : failure.message(),
        failure.cause() == null ? null : new RecordedException(failure.cause()));
    this.text = failure.toString();
    this.failure = failure;
    setStackTrace(StackFrames.parse(failure.stack()));
  }

  /**
   * {@return what was recorded of the exception: its class name, superclasses, message, stack and
   * causes}
   */
  public Failure failure() {
    return failure;
  }

  /** {@return the original exception's class name and message} */
  @Override
  public String toString() {
    return text;
  }
}
