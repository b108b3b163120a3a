// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.harness.Attempt;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> are messages written in another order than that of the list? is
   * a message id stored without its message?
   */
  @Rule("QUEUE-16")
  void aListThatFailsMidwayLeavesAPrefix(StoreUnderTest s) {
    for (Place place : Place.values()) {
      for (Moment moment : Moment.values()) {
        int number = 1;
        while (leavesAPrefix(s, new Fault(place, number, moment, Kind.CONNECTION_LOST))) {
          number++;
          Expect.atMost("A list has too many statements to disturb them all.", MOST, number);
        }
      }
    }
  }

  private static boolean leavesAPrefix(StoreUnderTest s, Fault fault) {
    Handle a = s.a();
    String id = DisturbedCalls.newInstance(s);
    List<OrchestratorMessage> list =
        IntStream.range(0, LENGTH).mapToObj(i -> DisturbedCalls.identified(id, i)).toList();
    Attempt<Boolean> cut =
        s.faults()
            .during(
                fault,
                () -> {
                  a.provider().enqueueAll(list);
                  return true;
                });
    for (OrchestrationItem item : s.b().fetch(1)) {
      Batch.expect(
          "What a failed list left is no prefix.",
          item,
          list.subList(0, Math.min(LENGTH, item.messages().size())));
      s.b().abandon(item, Abandonment.now());
    }
    if (cut.failure() != null) {
      a.provider().enqueueAll(list);
    }
    OrchestrationItem item = s.b().fetchOne(id);
    Batch.expect("Repeating a list did not complete it in list order.", item, list);
    s.b().finish(item);
    return cut.struck();
  }
}
