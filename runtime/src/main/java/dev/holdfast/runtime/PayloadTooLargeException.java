// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * An orchestration passed on a value that is larger than its store takes: the input of an activity,
 * of a child or of the next execution, or its output; or an activity the details of a heartbeat.
 * Thrown by the call, which has no other effect: code may catch it and do something else. Put large
 * values elsewhere and pass on where they are.
 */
public final class PayloadTooLargeException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final long size;
  private final long limit;

  /**
   * Creates the exception.
   *
   * @param what what is too large
   * @param size how many bytes it has, encoded
   * @param limit how many it may have
   */
  public PayloadTooLargeException(String what, long size, long limit) {
    super("%s has %d bytes, and the store takes %d".formatted(what, size, limit));
    this.size = size;
    this.limit = limit;
  }

  /** {@return the size of the value in bytes, encoded} */
  public long size() {
    return size;
  }

  /** {@return the most bytes that the store took when this was decided} */
  public long limit() {
    return limit;
  }
}
