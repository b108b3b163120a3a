// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;

/**
 * Which inbox: a port of a step of a run. Each has sequence numbers, message ids and locks of its
 * own (INBOX-02). Neither run nor step need exist (INBOX-23).
 *
 * @param runId the run
 * @param stepId the step
 * @param port the named input of the step
 */
public record InboxKey(String runId, String stepId, String port) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when one is no identifier
   */
  public InboxKey {
    Checks.identifier("InboxKey", "runId", runId);
    Checks.identifier("InboxKey", "stepId", stepId);
    Checks.identifier("InboxKey", "port", port);
  }

  /** {@return the readable form, such as {@code order-17/review/trigger}} */
  @Override
  public String toString() {
    return runId + "/" + stepId + "/" + port;
  }
}
