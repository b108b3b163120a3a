// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * Thrown where an orchestration awaits a child that failed, was cancelled or could not start. Its
 * cause shows the original exception as far as it was recorded, see {@link RecordedException}.
 */
public final class ChildFailedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String childInstanceId;
  private final transient Failure failure;
  private final boolean cancelled;

  /**
   * Creates the exception.
   *
   * @param childInstanceId the child
   * @param failure why it failed
   * @param cancelled whether it ended because it was cancelled
   */
  public ChildFailedException(String childInstanceId, Failure failure, boolean cancelled) {
    super(
        "child \"%s\" %s: %s"
            .formatted(childInstanceId, cancelled ? "was cancelled" : "failed", failure),
        failure.toException());
    this.childInstanceId = childInstanceId;
    this.failure = failure;
    this.cancelled = cancelled;
  }

  /** {@return the instance id of the child} */
  public String childInstanceId() {
    return childInstanceId;
  }

  /** {@return why it failed: what was recorded of the original exception} */
  public Failure failure() {
    return failure;
  }

  /** {@return whether it ended because it was cancelled} */
  public boolean isCancelled() {
    return cancelled;
  }
}
