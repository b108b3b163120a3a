// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.RunStatus;
import java.time.Duration;

/** The awaited run did not end in time. It goes on; await it again. */
public final class AwaitRunTimeoutException extends GraphException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param runId the run
   * @param timeout how long it was awaited
   * @param status where it stood then
   */
  public AwaitRunTimeoutException(String runId, Duration timeout, RunStatus status) {
    super(
        runId,
        "run \"%s\" has not ended within %s; it is %s".formatted(runId, timeout, status.label()),
        null);
  }
}
