// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * Thrown where a client awaits an instance that failed. Its cause shows the original exception as
 * far as it was recorded, see {@link RecordedException}.
 */
public final class OrchestrationFailedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;
  private final transient Failure failure;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param failure why it failed
   */
  public OrchestrationFailedException(String instanceId, Failure failure) {
    super("instance \"%s\" failed: %s".formatted(instanceId, failure), failure.toException());
    this.instanceId = instanceId;
    this.failure = failure;
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }

  /** {@return why it failed: what was recorded of the original exception} */
  public Failure failure() {
    return failure;
  }
}
