// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.internal.StackFrames;

/**
 * Stands for an exception that was thrown elsewhere, perhaps by another process, with what was
 * recorded of it: it prints as that one did, and has its message, its stack as far as that was
 * recorded, and its causes. Its class is not that one's; see {@link Failure#is}.
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
   * What was recorded of the exception.
   *
   * @return its class name, superclasses, message, stack and causes
   */
  public Failure failure() {
    return failure;
  }

  /** The original exception's class name and message. */
  @Override
  public String toString() {
    return text;
  }
}
