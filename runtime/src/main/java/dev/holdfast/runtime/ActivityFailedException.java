// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * Thrown where an orchestration awaits an activity that failed and is not tried again. Its cause
 * shows the original exception as far as it was recorded, see {@link RecordedException}.
 */
public final class ActivityFailedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String activity;
  private final transient Failure failure;
  private final int attempts;

  /**
   * Creates the exception.
   *
   * @param activity the activity's name
   * @param failure why the last attempt failed
   * @param attempts how many attempts were made
   */
  public ActivityFailedException(String activity, Failure failure, int attempts) {
    super(
        "activity \"%s\" failed%s: %s"
            .formatted(activity, attempts > 1 ? " after " + attempts + " attempts" : "", failure),
        failure.toException());
    this.activity = activity;
    this.failure = failure;
    this.attempts = attempts;
  }

  /** {@return the name of the activity} */
  public String activity() {
    return activity;
  }

  /** {@return why the last attempt failed: what was recorded of the original exception} */
  public Failure failure() {
    return failure;
  }

  /** {@return how many attempts were made, from 1} */
  public int attempts() {
    return attempts;
  }
}
