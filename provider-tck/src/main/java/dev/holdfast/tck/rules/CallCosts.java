// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What calls cost, by their names. Not thread-safe. */
final class CallCosts {

  private final StatementCounter counter;
  private final Map<String, Traffic> costs = new LinkedHashMap<>();

  CallCosts(StatementCounter counter) {
    this.counter = counter;
  }

  /** Makes a call and notes what it cost; of several calls with one name the last one counts. */
  <T> T of(String call, Supplier<T> body) {
    Traffic before = counter.soFar();
    T answer = body.get();
    costs.put(call, counter.soFar().since(before));
    return answer;
  }

  /** {@return what all of them cost together} */
  Traffic sum() {
    return costs.values().stream().reduce(Traffic.NONE, Traffic::plus);
  }

  /**
   * Requires that no call has more commits than without something, and behind a network no more
   * round trips.
   *
   * @param what what the calls were made with, for the error
   */
  void requireNoMoreThan(CallCosts without, String what) {
    List<String> tooMuch = new ArrayList<>();
    without.costs.forEach((call, plain) -> {
      Traffic with = costs.getOrDefault(call, Traffic.NONE);
      if (with.commits() > plain.commits()) {
        tooMuch.add(
            "%s: %d commits, %d with %s".formatted(call, plain.commits(), with.commits(), what));
      }
      if (counter.overNetwork() && with.roundTrips() > plain.roundTrips()) {
        tooMuch.add(
            "%s: %d round trips, %d with %s"
                .formatted(call, plain.roundTrips(), with.roundTrips(), what));
      }
    });
    Expect.none("Calls cost more with " + what + ".", tooMuch);
  }
}
