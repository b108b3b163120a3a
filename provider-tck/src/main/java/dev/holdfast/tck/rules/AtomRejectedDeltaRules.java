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
   *
   * <p><b>If this fails, check:</b> is there a cache of histories that is filled before the commit?
   * is it taken back when the ack is rejected, on every path?
   */
  @Rule("ATOM-01")
  void theNextItemDoesNotHaveARejectedDelta(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    a.turn(a.fetchOne("order")).name(Sample.NAME).events(1, STORED).apply();
    a.poke("order");
    OrchestrationItem held = a.fetchOne("order");

    a.turn(held).events(4, 6).event(3).reject("A stored event was written.", DuplicateEvent.class);
    held = fetchedAgain(s, held);
    stranger(a.turn(held)).reject("A foreign activity was scheduled.", InvalidRequest.class);
    held = fetchedAgain(s, held);
    Expect.rejected(
        "A foreign activity was scheduled by a list.",
        InvalidRequest.class,
        listed(a, stranger(a.turn(held)).build()));
    held = fetchedAgain(s, held);
    s.moveTime(s.lockFor());
    a.turn(held).events(4, 6).reject("An ack at the lock end was applied.", LockLost.class);
    expectStored(a, a.fetchOne("order"));
    s.moveTime(s.lockFor());

    OrchestrationItem last = a.fetchOne("order");
    expectStored(a, last);
    a.turn(last).event(5).apply();
    a.poke("order");
    Expect.equal(
        "The delivered history is not what was stored after rejected acks.",
        List.of(1L, 2L, 3L, 5L),
        ids(a.fetchOne("order")));
  }

  private static Turn stranger(Turn turn) {
    return turn.events(4, 6).activity(Sample.activity("stranger", 1));
  }

  private static AckResult listed(Handle a, OrchestrationAck ack) {
    return a.provider().ackOrchestrationItems(List.of(ack)).get(0);
  }

  /** Gives the instance back and fetches it through both handles, the same one last. */
  private static OrchestrationItem fetchedAgain(StoreUnderTest s, OrchestrationItem held) {
    Handle a = s.a();
    a.abandon(held);
    OrchestrationItem own = a.fetchOne("order");
    expectStored(a, own);
    a.abandon(own);
    OrchestrationItem others = s.b().fetchOne("order");
    expectStored(s.b(), others);
    s.b().abandon(others);
    List<OrchestrationItem> items =
        a.fetch(OrchestrationFetch.of(1, s.lockFor()).withInlineHistory((int) STORED * 4));
    Expect.equal("The instance that was given back is not delivered.", 1, items.size());
    expectStored(a, items.get(0));
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
