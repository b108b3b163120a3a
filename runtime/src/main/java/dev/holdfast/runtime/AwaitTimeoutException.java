// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.worker.internal.util.Texts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown where a client awaited an instance and it did not end, or show what was awaited, in time.
 * The instance goes on. The message says what was awaited, and how the instance stood: its state,
 * its custom status, and what workers have reported of it.
 */
public final class AwaitTimeoutException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  /** So much of a custom status fits beside the rest. */
  private static final int MOST_SHOWN = 300;

  private final String instanceId;
  private final InstanceState state;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param timeout how long it was awaited
   * @param status its status when it was last read
   */
  public AwaitTimeoutException(String instanceId, Duration timeout, InstanceStatus status) {
    this(instanceId, timeout, status, null);
  }

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param timeout how long it was awaited
   * @param status its status when it was last read
   * @param shown its custom status then; null when it has none, or that is not known
   */
  public AwaitTimeoutException(
      String instanceId, Duration timeout, InstanceStatus status, @Nullable EncodedValue shown) {
    this(instanceId, "did not end within " + timeout, status, shown);
  }

  private AwaitTimeoutException(
      String instanceId, String what, InstanceStatus status, @Nullable EncodedValue shown) {
    super(
        "instance \"%s\"%s %s; it is %s%s%s"
            .formatted(
                instanceId,
                status.name() == null ? "" : " (" + status.name() + ")",
                what,
                status.state(),
                shown == null ? "" : " and shows " + Texts.cut(shown.json(), MOST_SHOWN),
                why(instanceId, status)));
    this.instanceId = instanceId;
    this.state = status.state();
  }

  private static String why(String instanceId, InstanceStatus status) {
    StringBuilder why = new StringBuilder();
    status.problems().forEach(problem -> why.append(", ").append(problem.text()));
    return why.append(
            switch (status.state()) {
              case NOT_FOUND -> ": it was never started, was deleted, or has another id";
              case PENDING, RUNNING, SUSPENDED ->
                  "; what it waits for says: holdfast why " + instanceId;
              case COMPLETED, FAILED, CANCELLED, TERMINATED -> " by now";
            })
        .toString();
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
    return ofCustomStatus(instanceId, timeout, status, null);
  }

  /**
   * Creates the exception of a caller who awaited a custom status.
   *
   * @param instanceId the instance
   * @param timeout how long it was awaited
   * @param status the status of the instance when it was last read
   * @param shown its custom status then; null when it has none
   * @return the exception
   */
  public static AwaitTimeoutException ofCustomStatus(
      String instanceId, Duration timeout, InstanceStatus status, @Nullable EncodedValue shown) {
    return new AwaitTimeoutException(
        instanceId, "did not show the awaited custom status within " + timeout, status, shown);
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }

  /** {@return the state in which the instance was when it was last read} */
  public InstanceState state() {
    return state;
  }
}
