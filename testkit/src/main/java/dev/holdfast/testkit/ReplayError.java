// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import dev.holdfast.runtime.NondeterminismException;

/**
 * Code does not follow a recorded history: deployed, it could not go on with instances like the
 * recorded one. Register it under a new version beside the old code.
 */
public final class ReplayError extends AssertionError {

  private static final long serialVersionUID = 1L;

  private final long executionId;
  private final NondeterminismException mismatch;

  ReplayError(String source, long executionId, NondeterminismException mismatch) {
    super(
        "%s, execution %d: at event %d the history has %s, the code did %s; register the changed code under a new version, and keep the old code beside it"
            .formatted(
                source, executionId, mismatch.eventId(), mismatch.expected(), mismatch.found()),
        mismatch);
    this.executionId = executionId;
    this.mismatch = mismatch;
  }

  /** {@return the execution whose history is not followed} */
  public long executionId() {
    return executionId;
  }

  /** {@return the id of the event that does not fit, within the execution} */
  public long eventId() {
    return mismatch.eventId();
  }

  /** {@return what the history says: the recorded command} */
  public String expected() {
    return mismatch.expected();
  }

  /** {@return what the code did: the command that it issued, or that it issued none} */
  public String found() {
    return mismatch.found();
  }
}
