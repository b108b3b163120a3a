// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.time.Duration;
import java.util.stream.Collectors;

/**
 * Thrown where a client awaited an instance and it did not end, or show what was awaited, in time.
 * The instance goes on.
 */
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
    this(instanceId, "did not end within " + timeout, status);
  }

  private AwaitTimeoutException(String instanceId, String what, InstanceStatus status) {
    super(
        "instance \"%s\" %s; it is %s%s"
            .formatted(
                instanceId,
                what,
                status.state(),
                status.problems().stream()
                    .map(problem -> ", " + problem.text())
                    .collect(Collectors.joining())));
    this.instanceId = instanceId;
  }

  /**
   * Creates the exception of a caller who awaited a custom status.
   *
   * @param instanceId the instance
   * @param timeout how long it was awaited
   * @param status the status of the instance when it was last read
   * @return the exception
   */
  public static AwaitTimeoutException ofCustomStatus(
      String instanceId, Duration timeout, InstanceStatus status) {
    return new AwaitTimeoutException(
        instanceId, "did not show the awaited custom status within " + timeout, status);
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }
}
