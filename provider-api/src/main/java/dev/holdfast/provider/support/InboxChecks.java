// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.time.Instant;

/**
 * The part of {@link RequestChecks} that is about calls of inboxes and triggers. Immutable and
 * thread-safe.
 */
public final class InboxChecks {

  private final RequestChecks checks;

  /**
   * Creates the checks of one provider.
   *
   * @param checks what is the same in other calls
   */
  public InboxChecks(RequestChecks checks) {
    this.checks = checks;
  }

  /**
   * Checks a read of messages behind a number.
   *
   * @param operation the SPI call, for the error
   * @param afterSequence the number
   * @param limit the most messages
   * @throws InvalidRequest when one is out of range (INBOX-10, TRIGGER-10)
   */
  public void checkRead(String operation, long afterSequence, int limit) {
    Checks.notNegative(operation, "afterSequence", afterSequence);
    checks.checkPageSize(operation, limit);
  }

  /**
   * Checks the number of a message.
   *
   * @param operation the SPI call, for the error
   * @param sequence the number
   * @throws InvalidRequest when it is below 1
   */
  public void checkSequence(String operation, long sequence) {
    Checks.atLeastOne(operation, "sequence", sequence);
  }

  /**
   * Checks a fetch.
   *
   * @param operation the SPI call, for the error
   * @param max the most messages
   * @param lockFor how long the locks last
   * @throws InvalidRequest when one is out of range (INBOX-11)
   */
  public void checkFetch(String operation, int max, Duration lockFor) {
    checks.checkPageSize(operation, max);
    Checks.positive(operation, "lockFor", lockFor);
  }

  /**
   * Checks how far locks are to be prolonged.
   *
   * @param operation the SPI call, for the error
   * @param extendFor the duration
   * @throws InvalidRequest when it is not positive (INBOX-14)
   */
  public void checkExtension(String operation, Duration extendFor) {
    checks.checkExtension(operation, extendFor);
  }

  /**
   * Checks a clean-up of all inboxes.
   *
   * @param operation the SPI call, for the error
   * @param consumedBefore the moment before which messages were consumed
   * @param limit the most to remove
   * @return the moment in microseconds since 1970
   * @throws InvalidRequest when one is out of range (INBOX-21)
   */
  public long checkCleanUp(String operation, Instant consumedBefore, int limit) {
    return checks.checkCleanUp(operation, consumedBefore, limit);
  }

  /**
   * Checks a clean-up of one inbox.
   *
   * @param operation the SPI call, for the error
   * @param belowSequence the number below which messages stand
   * @param limit the most to remove
   * @throws InvalidRequest when one is out of range (INBOX-21)
   */
  public void checkCleanUp(String operation, long belowSequence, int limit) {
    Checks.atLeastOne(operation, "belowSequence", belowSequence);
    Checks.atLeastOne(operation, "limit", limit);
  }

  /**
   * Checks the id of a run.
   *
   * @param operation the SPI call, for the error
   * @param runId the id
   * @throws InvalidRequest when it is not well formed (DATA-05)
   */
  public void checkRunId(String operation, String runId) {
    Checks.identifier(operation, "runId", runId);
  }

  /**
   * Checks which trigger step is meant.
   *
   * @param operation the SPI call, for the error
   * @param runId the run
   * @param stepId the step
   * @throws InvalidRequest when one is not well formed (DATA-05)
   */
  public void checkStep(String operation, String runId, String stepId) {
    checkRunId(operation, runId);
    Checks.identifier(operation, "stepId", stepId);
  }

  /**
   * Checks the size of a page of waiting runs.
   *
   * @param operation the SPI call, for the error
   * @param limit the most rows
   * @throws InvalidRequest when it is out of range (TRIGGER-13)
   */
  public void checkPageSize(String operation, int limit) {
    checks.checkPageSize(operation, limit);
  }
}
