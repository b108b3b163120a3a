// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import java.time.Instant;
import java.util.List;

/**
 * An instance that a test awaits will never end: nothing is under way, and nothing is due at any
 * later moment. Its code waits for an event that nobody raises, for instance.
 */
public final class InstanceStuckError extends AssertionError {

  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 6;

  private final String instanceId;

  InstanceStuckError(String instanceId, String state, Instant now, List<String> kinds) {
    super(
        ("instance \"%s\" is %s at %s and nothing will move it: nothing is under way and nothing is"
                + " due; %s. Raise the event that it waits for, before or with test.after(...)")
            .formatted(
                instanceId,
                state,
                now,
                kinds.isEmpty()
                    ? "it has no history"
                    : "its history ends with "
                        + String.join(
                            ", ", kinds.subList(Math.max(0, kinds.size() - SHOWN), kinds.size()))));
    this.instanceId = instanceId;
  }

  /** {@return the instance} */
  public String instanceId() {
    return instanceId;
  }
}
