// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.util.List;

/** What was refused is nowhere, not even in the memory of the handle that sent it. */
@RuleFamily("ATOM")
final class AtomRejectedDeltaRules {

  private static final long STORED = 3;

  /**
   * The handle whose ack was rejected delivers the history that is stored, with the next item and
   * with the one after that.
   *
   * <p><b>Shape:</b> acks with good events are rejected for an event that is stored, for a foreign
   * activity, and at the lock end, in the single and the list form; after each the same handle
   * fetches again, gets the stored history, and so does another one; then the corrected ack, with
   * other events under the same ids, is applied and delivered.
   */
  @Rule("ATOM-01")
  void theNextItemDoesNotHaveARejectedDelta(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    first.turn(first.fetchOne("order")).name(Sample.NAME).events(1, STORED).apply();
    first.poke("order");
    OrchestrationItem held = first.fetchOne("order");

    first
        .turn(held)
        .events(4, 6)
        .event(3)
        .reject("A stored event was written.", DuplicateEvent.class);
    held = fetchedAgain(store, held);
    stranger(first.turn(held)).reject("A foreign activity was scheduled.", InvalidRequest.class);
    held = fetchedAgain(store, held);
    Expect.rejected(
        "A foreign activity was scheduled by a list.",
        InvalidRequest.class,
        listed(first, stranger(first.turn(held)).build()));
    held = fetchedAgain(store, held);
    store.moveTime(store.lockFor());
    first.turn(held).events(4, 6).reject("An ack at the lock end was applied.", LockLost.class);
    expectStored(first, first.fetchOne("order"));
    store.moveTime(store.lockFor());

    OrchestrationItem last = first.fetchOne("order");
    expectStored(first, last);
    first.turn(last).event(5).apply();
    first.poke("order");
    Expect.equal(
        "The delivered history is not what was stored after rejected acks.",
        List.of(1L, 2L, 3L, 5L),
        ids(first.fetchOne("order")));
  }

  private static Turn stranger(Turn turn) {
    return turn.events(4, 6).activity(Sample.activity("stranger", 1));
  }

  private static AckResult listed(Handle first, OrchestrationAck ack) {
    return first.provider().ackOrchestrationItems(List.of(ack)).get(0);
  }

  /** Gives the instance back and fetches it through both handles, the same one last. */
  private static OrchestrationItem fetchedAgain(StoreUnderTest store, OrchestrationItem held) {
    Handle first = store.first();
    first.abandon(held);
    OrchestrationItem own = first.fetchOne("order");
    expectStored(first, own);
    first.abandon(own);
    OrchestrationItem others = store.second().fetchOne("order");
    expectStored(store.second(), others);
    store.second().abandon(others);
    List<OrchestrationItem> items =
        first.fetch(OrchestrationFetch.of(1, store.lockFor()).withInlineHistory((int) STORED * 4));
    Expect.equal("The instance that was given back is not delivered.", 1, items.size());
    expectStored(first, items.get(0));
    return items.get(0);
  }

  private static void expectStored(Handle handle, OrchestrationItem item) {
    String what = "A delivered item has events of an ack that was rejected.";
    Expect.equal(what, Sample.events(1, STORED), item.history().events());
    Expect.equal(what, STORED, item.history().lastEventId());
    Expect.equal(
        "A history has events of an ack that was rejected.",
        Sample.events(1, STORED),
        handle.history("order", 1));
  }

  private static List<Long> ids(OrchestrationItem item) {
    return item.history().events().stream().map(event -> event.eventId()).toList();
  }
}
