// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * Thrown by {@link ActivityContext#heartbeat()} when nobody wants the result of the activity any
 * more: it was cancelled, was taken over by another worker, gave no heartbeat for too long, or its
 * worker closes. Activity code tidies up and lets it through; whatever it returns or throws then is
 * dropped.
 */
public final class ActivityCancelledException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param activity the activity's name
   * @param key the idempotency key of the call
   */
  public ActivityCancelledException(String activity, String key) {
    super("the result of activity \"%s\" (%s) is not wanted any more".formatted(activity, key));
  }
}
