// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/** An instance was addressed that was not started. */
public final class UnknownInstanceException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param advice what to do, for people
   */
  public UnknownInstanceException(String instanceId, String advice) {
    super("instance \"%s\" was not started; %s".formatted(instanceId, advice));
    this.instanceId = instanceId;
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }
}
