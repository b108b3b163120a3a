// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.instrument.Footprint;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.List;
import org.junit.jupiter.api.parallel.Isolated;

/** What failures of the store leave behind in the JVM. */
@RuleFamily("ERR")
@Isolated("what this JVM has running and open is compared")
final class ErrLeakRules {

  private static final int FAILURES = 100;
  private static final int CALLERS = 16;
  private static final int PLACES = 4;
  private static final int MOST_MORE_FILES = 16;
  private static final int MOST_MORE_THREADS = 16;

  /**
   * A hundred failures of each kind leave the handle clean.
   *
   * <p><b>Shape:</b> a hundred disturbed enqueues and turns of each kind, at statements and
   * commits; no files and no threads are left over; then normal turns work on the same handle for
   * many callers together, and on another handle too.
   */
  @Rule("ERR-06")
  void aHundredFaultsLeaveTheHandleClean(StoreUnderTest store) {
    Handle first = store.first();
    store.second().create("order");
    Footprint before = Footprint.take();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < FAILURES; i++) {
        Place place = i % 3 == 0 ? Place.COMMIT : Place.STATEMENT;
        int number = place == Place.COMMIT ? 1 : 1 + i % PLACES;
        store
            .faults()
            .during(
                new Fault(place, number, Moment.BEFORE, kind),
                () -> {
                  first.poke("order");
                  return first.fetch(1).stream().map(item -> first.turn(item).ack()).toList();
                });
      }
    }
    // A pool that grows when it is used is none that leaks.
    Expect.none("Failures left threads behind.", before.newThreadsAbove(MOST_MORE_THREADS));
    Expect.atMost("Failures left files open.", MOST_MORE_FILES, before.moreFiles());
    for (Handle handle : List.of(first, store.second())) {
      expectTurns(handle);
    }
  }

  private static void expectTurns(Handle handle) {
    List<Integer> turns =
        Together.times(
            CALLERS,
            n -> {
              handle.start("after-" + handle.hashCode() + "-" + n);
              List<OrchestrationItem> items = handle.fetch(1);
              items.forEach(handle::finish);
              return items.size();
            });
    Expect.equal(
        "Not every caller was served after failures.",
        CALLERS,
        turns.stream().mapToInt(Integer::intValue).sum());
  }
}
