// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A virtual moment at which a test does something; made by {@link OrchestrationTest#after} and
 * {@link OrchestrationTest#at}. What is due at one moment is done in the order in which it was
 * said, by the test's thread while it lets time pass.
 */
public final class LaterMoment {

  private final OrchestrationTest test;
  private final VirtualTime time;
  private final Instant at;

  LaterMoment(OrchestrationTest test, VirtualTime time, Instant at) {
    this.test = test;
    this.time = time;
    this.at = at;
  }

  /**
   * Raises an event then.
   *
   * @param instanceId the instance
   * @param event the event's name
   * @param value the value
   * @return the test
   */
  public OrchestrationTest raise(String instanceId, String event, @Nullable Object value) {
    return run(() -> test.client().raise(instanceId, event, value));
  }

  /**
   * Asks an instance to cancel then.
   *
   * @param instanceId the instance
   * @param reason why, for people
   * @return the test
   */
  public OrchestrationTest cancel(String instanceId, String reason) {
    return run(() -> test.client().cancel(instanceId, reason));
  }

  /**
   * Runs code then, such as an assertion, or another call of the test's {@linkplain
   * OrchestrationTest#client client}. It must not let time pass itself. What it throws is thrown by
   * the call that lets time pass.
   *
   * @param action the code
   * @return the test
   */
  public OrchestrationTest run(Runnable action) {
    time.at(at, Objects.requireNonNull(action, "action"));
    return test;
  }
}
