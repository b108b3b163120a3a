// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What an item and a read of history show, and that looking changes nothing. */
@RuleFamily("FETCH")
final class FetchHistoryRules {

  /**
   * An item brings the first events of its history, says where it ends, and whether all came.
   *
   * <p><b>Shape:</b> ten events in two acks; fetches that ask for 0, 1, 9, 10 and 11 of them.
   */
  @Rule("FETCH-10")
  void anItemBringsTheFirstEventsAndSaysWhetherAllCame(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 4).apply();
    first.poke("order");
    first.turn(first.fetchOne("order")).events(5, 10).apply();
    first.poke("order");

    for (int inline : List.of(0, 1, 9, 10, 11)) {
      OrchestrationItem item = fetch(first, inline);
      int came = Math.min(inline, 10);
      Expect.equal(
          "The history of a fetch that asks for " + inline + " of 10 events is wrong.",
          new History(10, Sample.events(1, came), came == 10),
          item.history());
      first.abandon(item);
    }
  }

  /**
   * An instance without events has a complete history whatever is asked for.
   *
   * <p><b>Shape:</b> create without events; fetches that ask for 0 and for 5.
   */
  @Rule("FETCH-10")
  void noEventsAreComplete(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");

    for (int inline : List.of(0, 5)) {
      OrchestrationItem item = fetch(first, inline);
      Expect.equal("A history without events is not empty.", History.empty(), item.history());
      first.abandon(item);
    }
  }

  /**
   * An item brings the events of the current execution only.
   *
   * <p><b>Shape:</b> five events in execution 1; continue as execution 2 with two events; fetch.
   */
  @Rule("FETCH-10")
  void anItemBringsTheCurrentExecutionOnly(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 5).apply();
    first.poke("order");
    first.turn(first.fetchOne("order")).execution(2).events(1, 2).apply();
    first.poke("order");

    OrchestrationItem item = fetch(first, 1);
    Expect.equal(
        "The history is not that of the current execution.",
        new History(2, Sample.events(1, 1), false),
        item.history());
    first.abandon(item);
    Expect.equal(
        "The history is not that of the current execution.",
        new History(2, Sample.events(1, 2), true),
        fetch(first, 10).history());
  }

  private static OrchestrationItem fetch(Handle handle, int inline) {
    List<OrchestrationItem> items =
        handle.fetch(OrchestrationFetch.of(1, handle.lockFor()).withInlineHistory(inline));
    if (items.size() != 1) {
      throw Expect.violation("The instance was not delivered.", "1 item", items);
    }
    return items.get(0);
  }

  /**
   * A read answers the events behind one, ascending, and says truthfully where the history ends.
   *
   * <p><b>Shape:</b> seven events with gaps in two acks; every start from before the first to
   * beyond the last, with limits 1, 3, 7 and no limit.
   */
  @Rule("FETCH-11")
  void aReadAnswersTheEventsBehindOne(StoreUnderTest store) {
    List<HistoryEvent> stored = storeSevenEvents(store.first());
    for (long after : List.of(0L, 1L, 3L, 4L, 8L, 13L, 20L, 21L, 22L, Long.MAX_VALUE)) {
      List<HistoryEvent> behind = stored.stream().filter(e -> e.eventId() > after).toList();
      for (int limit : List.of(1, 3, 7, Integer.MAX_VALUE)) {
        int came = Math.min(limit, behind.size());
        Expect.equal(
            "A read after %d with limit %d is wrong.".formatted(after, limit),
            new History(21, behind.subList(0, came), came == behind.size()),
            store.second().provider().readHistory("order", 1, after, limit));
      }
    }
  }

  /**
   * Pages joined equal the whole.
   *
   * <p><b>Shape:</b> the same history read in pages of 1, 3 and 7 until one says that it is
   * complete.
   */
  @Rule("FETCH-11")
  void pagesJoinedEqualTheWhole(StoreUnderTest store) {
    List<HistoryEvent> stored = storeSevenEvents(store.first());
    for (int size : List.of(1, 3, 7)) {
      List<HistoryEvent> joined = new ArrayList<>();
      boolean complete = false;
      for (int page = 0; !complete && page <= stored.size(); page++) {
        long after = joined.isEmpty() ? 0 : joined.get(joined.size() - 1).eventId();
        History answer = store.first().provider().readHistory("order", 1, after, size);
        joined.addAll(answer.events());
        complete = answer.complete();
      }
      Expect.that(
          "The pages never said that they are complete.",
          "complete=true on the last of the pages of " + size,
          joined.size() + " events on pages with complete=false",
          complete);
      Expect.equal("Pages of " + size + " joined are not the whole.", stored, joined);
    }
  }

  /**
   * Events 1, 2, 3, 5, 8, 13, 21 of execution 1, and others of execution 2 and of another instance.
   */
  private static List<HistoryEvent> storeSevenEvents(Handle first) {
    List<HistoryEvent> early = List.of(Sample.event(1), Sample.event(2), Sample.event(3));
    List<HistoryEvent> late =
        List.of(Sample.event(5), Sample.event(8), Sample.event(13), Sample.event(21));
    first.create("order");
    first.poke("order");
    first.turn(first.fetchOne("order")).events(early).apply();
    first.poke("order");
    first.turn(first.fetchOne("order")).events(late).apply();
    first.poke("order");
    first.turn(first.fetchOne("order")).execution(2).events(1, 50).apply();
    first.start("other");
    first.turn(first.fetchOne("other")).events(1, 60).apply();
    List<HistoryEvent> all = new ArrayList<>(early);
    all.addAll(late);
    return all;
  }

  /**
   * Reading what is unknown is empty, not an error.
   *
   * <p><b>Shape:</b> reads of an unknown instance, of an unknown execution, and of an instance
   * known only by queued messages.
   */
  @Rule("FETCH-12")
  void readingWhatIsUnknownIsEmpty(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 3).apply();
    first.poke("queued");
    first.start("started");

    for (String id : List.of("unknown", "queued", "started")) {
      expectEmpty("An instance without history has one.", first.provider(), id, 1);
      expectEmpty("An instance without history has one.", first.provider(), id, Long.MAX_VALUE);
      Expect.equal(
          "An instance that was never acked has an execution.",
          OptionalLong.empty(),
          first.provider().latestExecutionId(id));
    }
    expectEmpty("An unknown execution has a history.", first.provider(), "order", 2);
  }

  private static void expectEmpty(String what, Provider provider, String id, long executionId) {
    Expect.equal(what, History.empty(), provider.readHistory(id, executionId, 0, 10));
    Expect.equal(what, History.empty(), provider.readHistory(id, executionId, 7, 1));
  }

  /**
   * Fetch changes the lock and the delivery count, nothing else.
   *
   * <p><b>Shape:</b> an instance with history, messages, a timer and activities; fetch from both
   * queues, abandon without counting: everything that is stored is as before, and the next fetch
   * answers the same.
   */
  @Rule("FETCH-13")
  void fetchChangesOnlyLockAndDeliveryCount(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues.fill(first);
    first.timer("order", store.lockFor());
    first.enqueue(Sample.start("order", "again", null));
    Snapshot before = store.snapshotWithoutLocks("order");

    BothQueues earlier = BothQueues.fetch(first);
    store.expectUnchanged("A fetch changed what is stored.", before);
    earlier.abandon(first, AbandonOptions.now().uncounted());
    store.expectUnchanged("A fetch that was taken back changed what is stored.", before);

    BothQueues later = BothQueues.fetch(first);
    later.expectDeliveries("A fetch that was taken back counts.", 1);
    Expect.equal(
        "A fetch changed what the next one answers.",
        earlier.instance().messages(),
        later.instance().messages());
    Expect.equal(
        "A fetch changed what the next one answers.",
        earlier.instance().history(),
        later.instance().history());
    Expect.equal(
        "A fetch changed what the next one answers.",
        earlier.activity().task(),
        later.activity().task());
  }

  /**
   * Fetching an instance that was only started leaves it as it was.
   *
   * <p><b>Shape:</b> start, fetch, abandon without counting; nothing of the instance can be read;
   * its messages come again.
   */
  @Rule("FETCH-13")
  void fetchOfAStartedInstanceCreatesNothing(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage start = first.start("order");
    Snapshot before = store.snapshotWithoutLocks("order");

    OrchestrationItem item = first.fetchOne("order");
    store.expectUnchanged("A fetch created something.", before);
    first.abandon(item, AbandonOptions.now().uncounted());
    store.expectUnchanged("A fetch that was taken back created something.", before);

    OrchestrationItem again = first.fetchOne("order");
    Batch.expect("The start did not come again.", again, start);
    Expect.equal("A fetch that was taken back counts.", 1, again.deliveryCount());
  }
}
