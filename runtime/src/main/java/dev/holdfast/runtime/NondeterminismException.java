// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * The code of an orchestration does not do what its history says it did. The instance waits for a
 * worker with other code, so that a wrong deployment can be taken back. It is failed for this
 * reason only where {@link Holdfast.Builder#failUnrunnable} is set, after too many deliveries.
 */
public final class NondeterminismException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final long eventId;
  private final String expected;
  private final String found;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param eventId the event that does not fit
   * @param expected what the history says
   * @param found what the code did
   */
  public NondeterminismException(String instanceId, long eventId, String expected, String found) {
    super(
        ("instance \"%s\" does not follow its history at event %d: the history has %s, the code did"
                + " %s; deploy the code that wrote this history, or register the changed code under"
                + " a new version")
            .formatted(instanceId, eventId, expected, found));
    this.eventId = eventId;
    this.expected = expected;
    this.found = found;
  }

  /** {@return the id of the event that does not fit, within the execution} */
  public long eventId() {
    return eventId;
  }

  /** {@return what the history says: the recorded command} */
  public String expected() {
    return expected;
  }

  /** {@return what the code did: the command that it issued, or that it issued none} */
  public String found() {
    return found;
  }
}
