// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can happen to a ticket: in which states, and to which one it leads. */
public enum Step {
  /** A customer asks for something. */
  CREATED("Created", "new", Step.NONE),
  /** It is as its row in the former table was, whatever was before. */
  IMPORTED("Imported", null),
  /** Somebody takes care of it. */
  ASSIGNED("Assigned", "open", "new", "open", "reopened"),
  /** The customer has to say more. */
  ASKED("Asked", "waiting", "open"),
  /** The customer has said more. */
  ANSWERED("Answered", "open", "waiting"),
  /** Somebody thinks that it is done. */
  RESOLVED("Resolved", "resolved", "open"),
  /** The customer thinks so too. */
  CLOSED("Closed", "closed", "resolved"),
  /** The customer does not think so. */
  REOPENED("Reopened", "reopened", "resolved", "closed"),
  /** Somebody has said something. */
  COMMENTED("Commented", null),
  /** It is more or less urgent than it was. */
  PRIORITIZED("Prioritized", null),
  /** The customer says how it was. */
  RATED("Rated", null);

  /** The state of a ticket that nobody has created. */
  public static final String NONE = "none";

  private final String event;
  private final @Nullable String to;
  private final Set<String> from;

  Step(String event, @Nullable String to, String... from) {
    this.event = event;
    this.to = to;
    this.from = Set.of(from);
  }

  /** {@return what the event is called} */
  public String event() {
    return event;
  }

  /** {@return the state to which it leads, null for the one before or one that the event names} */
  public @Nullable String to() {
    return to;
  }

  /** Tells whether it can happen in a state. */
  public boolean isPossibleIn(String state) {
    return from.isEmpty() ? this == IMPORTED || !state.equals(NONE) : from.contains(state);
  }

  /**
   * Finds a step.
   *
   * @param event what its event is called
   * @return the step
   * @throws IllegalArgumentException when there is none
   */
  public static Step named(String event) {
    return Arrays.stream(values())
        .filter(step -> step.event.equals(event))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("\"%s\" does not happen to tickets".formatted(event)));
  }
}
