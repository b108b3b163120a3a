// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.time.Duration;

/** Thrown where a client awaited an instance and it did not end in time. The instance goes on. */
public final class AwaitTimeoutException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param timeout how long it was awaited
   * @param state how it stood when it was last looked at
   */
  public AwaitTimeoutException(String instanceId, Duration timeout, InstanceState state) {
    super("instance \"%s\" did not end within %s; it is %s".formatted(instanceId, timeout, state));
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
