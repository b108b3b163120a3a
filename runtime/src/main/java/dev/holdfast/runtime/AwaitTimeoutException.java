// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.time.Duration;
import java.util.stream.Collectors;

/** Thrown where a client awaited an instance and it did not end in time. The instance goes on. */
public final class AwaitTimeoutException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param timeout how long it was awaited
   * @param status its status when it was last read
   */
  public AwaitTimeoutException(String instanceId, Duration timeout, InstanceStatus status) {
    super(
        "instance \"%s\" did not end within %s; it is %s%s"
            .formatted(
                instanceId,
                timeout,
                status.state(),
                status.problems().stream()
                    .map(problem -> ", " + problem.text())
                    .collect(Collectors.joining())));
    this.instanceId = instanceId;
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }
}
