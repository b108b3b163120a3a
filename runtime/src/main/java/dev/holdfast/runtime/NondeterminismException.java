// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.List;

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
  private final StackTraceElement[] lines;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param eventId the event that does not fit
   * @param expected what the history says
   * @param found what the code did
   */
  public NondeterminismException(String instanceId, long eventId, String expected, String found) {
    this(instanceId, eventId, expected, found, List.of());
  }

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param eventId the event that does not fit
   * @param expected what the history says
   * @param found what the code did
   * @param lines where the code is, the innermost line first; empty where that is not known
   */
  public NondeterminismException(
      String instanceId,
      long eventId,
      String expected,
      String found,
      List<StackTraceElement> lines) {
    super(
        ("instance \"%s\" does not follow its history at event %d: the history has %s, the code did"
                + " %s%s; deploy the code that wrote this history, or register the changed code"
                + " under a new version")
            .formatted(
                instanceId,
                eventId,
                expected,
                found,
                lines.isEmpty() ? "" : " at " + lines.getFirst()));
    this.eventId = eventId;
    this.expected = expected;
    this.found = found;
    this.lines = lines.toArray(StackTraceElement[]::new);
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

  /**
   * {@return where the code of the orchestration did that, or waits in place of doing it, the
   * innermost line first; empty where that is not known, such as behind the end of the code}
   */
  public List<StackTraceElement> lines() {
    return List.of(lines);
  }
}
