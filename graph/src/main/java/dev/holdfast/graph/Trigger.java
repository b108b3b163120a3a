// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a step a trigger: it is done once for each input that is delivered to it from outside
 * ({@link TriggerWakeUpService}), in the order in which they were stored, with rows of their own
 * ({@code order[0]}, {@code order[1]}, …). Outputs become lists, in the order of the inputs, with
 * null where an input has none. It goes on until it is told that no more comes, or had as many as
 * it takes. Immutable.
 *
 * @param input the name of the input of the step that gets one delivered input
 * @param atOnce the most inputs that are worked on at once; with 1 the next one begins when the one
 *     before has ended
 * @param maxInputs the most inputs; with the last one the trigger ends, and leaves what comes after
 * @param inactiveAfter how long it waits without an input before it is suspended, until the next
 *     one comes
 * @param every how often it is given an input by the clock, absent for never: the time that it is
 *     for, as a text. Of several that were missed, as no worker was there, it gets the last
 */
public record Trigger(
    String input, int atOnce, int maxInputs, Duration inactiveAfter, @Nullable Duration every) {

  /** The most inputs, unless set. */
  public static final int DEFAULT_MAX_INPUTS = 10_000;

  /** How long a trigger waits before it is suspended, unless set: 300 seconds. */
  public static final Duration DEFAULT_INACTIVE_AFTER = Duration.ofSeconds(300);

  /** Requires the parts; whether the numbers are good is said when a graph is checked. */
  public Trigger {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(inactiveAfter, "inactiveAfter");
  }

  /**
   * Creates a trigger that takes one input at a time and has no schedule.
   *
   * @param input the name of the input of the step that gets one delivered input
   * @return the trigger
   */
  public static Trigger of(String input) {
    return new Trigger(input, 1, DEFAULT_MAX_INPUTS, DEFAULT_INACTIVE_AFTER, null);
  }
}
