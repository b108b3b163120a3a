// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import java.util.List;

/**
 * How a process that works on a store stands.
 *
 * @param ready whether it can do its work now
 * @param live whether it is worth to be left running; a store that is away does not make it
 *     worthless
 * @param findings what is not as it should be, the gravest first; warnings change neither
 */
public record HealthReport(boolean ready, boolean live, List<Finding> findings) {

  /** Copies the findings. */
  public HealthReport {
    findings = List.copyOf(findings);
  }
}
