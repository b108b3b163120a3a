// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.RunStatus;
import java.time.Duration;

/**
 * The awaited run did not end in time. It goes on; await it again. The message says of which graph
 * it is and where it stood.
 */
public final class AwaitRunTimeoutException extends GraphException {

  private static final long serialVersionUID = 1L;

  private final RunStatus status;

  /**
   * Creates the exception.
   *
   * @param run the run, as it stood then
   * @param timeout how long it was awaited
   */
  public AwaitRunTimeoutException(RunView run, Duration timeout) {
    super(
        run.runId(),
        "run \"%s\" of graph %s %s has not ended within %s; it is %s%s%s; where its steps stand shows: holdfast run %s"
            .formatted(
                run.runId(),
                run.graph(),
                run.graphVersion(),
                timeout,
                run.status().label(),
                run.attempt() > 1 ? " in attempt " + run.attempt() : "",
                why(run),
                run.runId()),
        null);
    this.status = run.status();
  }

  private static String why(RunView run) {
    return switch (run.status()) {
      case SCHEDULED -> ": no worker that has this graph has begun it";
      case SUSPENDED ->
          run.suspendedStep() == null ? "" : ": step \"" + run.suspendedStep() + "\" waits";
      case PAUSED -> ": it goes on when it is resumed";
      case RECOVERING, RUNNING, COMPLETED, FAILED, CANCELLED -> "";
    };
  }

  /** {@return its status then} */
  public RunStatus status() {
    return status;
  }
}
