// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.flow.OrderFailedException;
import dev.holdfast.examples.orders.flow.Outcome;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.util.Optional;

/**
 * How the store says that an instance ended.
 *
 * @param outcome the outcome, empty when it ended in a way that the flow does not know
 * @param description the same for people
 */
record Ending(Optional<Outcome> outcome, String description) {

  static Ending of(InstanceStatus status) {
    if (status.state() == InstanceState.COMPLETED) {
      return of(Outcome.COMPLETED);
    }
    Failure failure = status.failure();
    if (failure != null
        && failure.type().equals(OrderFailedException.class.getName())
        && failure.message() != null) {
      Optional<Outcome> outcome = OrderFailedException.outcomeIn(failure.message());
      if (outcome.isPresent()) {
        return of(outcome.get());
      }
    }
    String state = status.state().name().toLowerCase(java.util.Locale.ROOT);
    return new Ending(Optional.empty(), failure == null ? state : state + ": " + failure);
  }

  static Ending of(Outcome outcome) {
    return new Ending(Optional.of(outcome), outcome.label());
  }
}
