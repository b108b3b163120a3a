// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.runtime.InstanceStatus;
import java.time.Instant;
import java.util.List;

/**
 * What is known of an instance when it is explained.
 *
 * @param instanceId the instance
 * @param facts what the store says
 * @param status what the runtime makes of it
 * @param code its orchestration with its version, or what stands for it where there is none
 * @param runningChildren children that have not ended, as many as were looked for
 * @param now the present, by this machine's clock
 */
public record Situation(
    String instanceId,
    InstanceFacts facts,
    InstanceStatus status,
    String code,
    List<String> runningChildren,
    Instant now) {

  /** Copies the list. */
  public Situation {
    runningChildren = List.copyOf(runningChildren);
  }
}
