// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.words.Attempt;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.stream.IntStream;

/** Lists of messages that are disturbed midway. */
@RuleFamily("QUEUE")
final class QueueFaultRules {

  private static final int LENGTH = 5;
  private static final int MOST = 500;

  /**
   * A list of messages that fails midway leaves a prefix, and repeating it with message ids
   * completes it.
   *
   * <p><b>Shape:</b> a list of five, cut before and after each statement and commit; what is
   * delivered then is a prefix; the whole list again leaves each message once and in order.
   */
  @Rule("QUEUE-16")
  void aListThatFailsMidwayLeavesAPrefix(StoreUnderTest store) {
    for (Place place : Place.values()) {
      for (Moment moment : Moment.values()) {
        int number = 1;
        while (leavesAPrefix(store, new Fault(place, number, moment, Kind.CONNECTION_LOST))) {
          number++;
          Expect.atMost("A list has too many statements to disturb them all.", MOST, number);
        }
      }
    }
  }

  private static boolean leavesAPrefix(StoreUnderTest store, Fault fault) {
    Handle first = store.first();
    String id = DisturbedCalls.newInstance(store);
    List<OrchestratorMessage> list =
        IntStream.range(0, LENGTH).mapToObj(i -> DisturbedCalls.identified(id, i)).toList();
    Attempt<Boolean> cut =
        store
            .faults()
            .during(
                fault,
                () -> {
                  first.provider().enqueueAll(list);
                  return true;
                });
    for (OrchestrationItem item : store.second().fetch(1)) {
      Batch.expect(
          "What a failed list left is no prefix.",
          item,
          list.subList(0, Math.min(LENGTH, item.messages().size())));
      store.second().abandon(item, AbandonOptions.now());
    }
    if (cut.failure() != null) {
      first.provider().enqueueAll(list);
    }
    OrchestrationItem item = store.second().fetchOne(id);
    Batch.expect("Repeating a list did not complete it in list order.", item, list);
    store.second().finish(item);
    return cut.struck();
  }
}
