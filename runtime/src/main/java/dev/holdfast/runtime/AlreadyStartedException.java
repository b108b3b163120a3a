// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * An instance id was used before to start another orchestration, or the same with another input.
 */
public final class AlreadyStartedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param cause what the store said
   */
  public AlreadyStartedException(String instanceId, Throwable cause) {
    super(
        ("instance \"%s\" was started before with another orchestration, version or input; repeat"
                + " the same start, or choose another id")
            .formatted(instanceId),
        cause);
    this.instanceId = instanceId;
  }

  /**
   * The instance.
   *
   * @return its id
   */
  public String instanceId() {
    return instanceId;
  }
}
