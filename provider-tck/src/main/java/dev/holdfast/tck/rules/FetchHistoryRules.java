// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> are the first events answered, not the last? is the last event
   * id that of the store, not of the answer? is the answer complete exactly when nothing is
   * missing?
   */
  @Rule("FETCH-10")
  void anItemBringsTheFirstEventsAndSaysWhetherAllCame(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 4).apply();
    a.poke("order");
    a.turn(a.fetchOne("order")).events(5, 10).apply();
    a.poke("order");

    for (int inline : List.of(0, 1, 9, 10, 11)) {
      OrchestrationItem item = fetch(a, inline);
      int came = Math.min(inline, 10);
      Expect.equal(
          "The history of a fetch that asks for " + inline + " of 10 events is wrong.",
          new History(10, Sample.events(1, came), came == 10),
          item.history());
      a.abandon(item);
    }
  }

  /**
   * An instance without events has a complete history whatever is asked for.
   *
   * <p><b>Shape:</b> create without events; fetches that ask for 0 and for 5.
   *
   * <p><b>If this fails, check:</b> is the answer to a fetch that asks for nothing taken for
   * incomplete?
   */
  @Rule("FETCH-10")
  void noEventsAreComplete(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");

    for (int inline : List.of(0, 5)) {
      OrchestrationItem item = fetch(a, inline);
      Expect.equal("A history without events is not empty.", History.empty(), item.history());
      a.abandon(item);
    }
  }

  /**
   * An item brings the events of the current execution only.
   *
   * <p><b>Shape:</b> five events in execution 1; continue as execution 2 with two events; fetch.
   *
   * <p><b>If this fails, check:</b> are events selected by instance and execution? is the last
   * event id that of the execution?
   */
  @Rule("FETCH-10")
  void anItemBringsTheCurrentExecutionOnly(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 5).apply();
    a.poke("order");
    a.turn(a.fetchOne("order")).execution(2).events(1, 2).apply();
    a.poke("order");

    OrchestrationItem item = fetch(a, 1);
    Expect.equal(
        "The history is not that of the current execution.",
        new History(2, Sample.events(1, 1), false),
        item.history());
    a.abandon(item);
    Expect.equal(
        "The history is not that of the current execution.",
        new History(2, Sample.events(1, 2), true),
        fetch(a, 10).history());
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
   *
   * <p><b>If this fails, check:</b> is a position taken for an event id, or the reverse? is an
   * answer that is just full taken for incomplete?
   */
  @Rule("FETCH-11")
  void aReadAnswersTheEventsBehindOne(StoreUnderTest s) {
    List<HistoryEvent> stored = storeSevenEvents(s.a());
    for (long after : List.of(0L, 1L, 3L, 4L, 8L, 13L, 20L, 21L, 22L, Long.MAX_VALUE)) {
      List<HistoryEvent> behind = stored.stream().filter(e -> e.eventId() > after).toList();
      for (int limit : List.of(1, 3, 7, Integer.MAX_VALUE)) {
        int came = Math.min(limit, behind.size());
        Expect.equal(
            "A read after %d with limit %d is wrong.".formatted(after, limit),
            new History(21, behind.subList(0, came), came == behind.size()),
            s.b().provider().readHistory("order", 1, after, limit));
      }
    }
  }

  /**
   * Pages joined equal the whole.
   *
   * <p><b>Shape:</b> the same history read in pages of 1, 3 and 7 until one says that it is
   * complete.
   *
   * <p><b>If this fails, check:</b> is the next page cut off by position instead of by the last
   * event id?
   */
  @Rule("FETCH-11")
  void pagesJoinedEqualTheWhole(StoreUnderTest s) {
    List<HistoryEvent> stored = storeSevenEvents(s.a());
    for (int size : List.of(1, 3, 7)) {
      List<HistoryEvent> joined = new ArrayList<>();
      boolean complete = false;
      for (int page = 0; !complete && page <= stored.size(); page++) {
        long after = joined.isEmpty() ? 0 : joined.get(joined.size() - 1).eventId();
        History answer = s.a().provider().readHistory("order", 1, after, size);
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
  private static List<HistoryEvent> storeSevenEvents(Handle a) {
    List<HistoryEvent> early = List.of(Sample.event(1), Sample.event(2), Sample.event(3));
    List<HistoryEvent> late =
        List.of(Sample.event(5), Sample.event(8), Sample.event(13), Sample.event(21));
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(early).apply();
    a.poke("order");
    a.turn(a.fetchOne("order")).events(late).apply();
    a.poke("order");
    a.turn(a.fetchOne("order")).execution(2).events(1, 50).apply();
    a.start("other");
    a.turn(a.fetchOne("other")).events(1, 60).apply();
    List<HistoryEvent> all = new ArrayList<>(early);
    all.addAll(late);
    return all;
  }

  /**
   * Reading what is unknown is empty, not an error.
   *
   * <p><b>Shape:</b> reads of an unknown instance, of an unknown execution, and of an instance
   * known only by queued messages.
   *
   * <p><b>If this fails, check:</b> does a missing row lead to an error, or to an answer that is
   * not complete?
   */
  @Rule("FETCH-12")
  void readingWhatIsUnknownIsEmpty(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 3).apply();
    a.poke("queued");
    a.start("started");

    for (String id : List.of("unknown", "queued", "started")) {
      expectEmpty("An instance without history has one.", a.provider(), id, 1);
      expectEmpty("An instance without history has one.", a.provider(), id, Long.MAX_VALUE);
      Expect.equal(
          "An instance that was never acked has an execution.",
          OptionalLong.empty(),
          a.provider().latestExecutionId(id));
    }
    expectEmpty("An unknown execution has a history.", a.provider(), "order", 2);
  }

  private static void expectEmpty(String what, Provider provider, String id, long executionId) {
    Expect.equal(what, History.empty(), provider.readHistory(id, executionId, 0, 10));
    Expect.equal(what, History.empty(), provider.readHistory(id, executionId, 7, 1));
  }

  /**
   * Fetch changes the lock and the attempt count, nothing else.
   *
   * <p><b>Shape:</b> an instance with history, messages, a timer and activities; fetch from both
   * queues, abandon without counting: everything that is stored is as before, and the next fetch
   * answers the same.
   *
   * <p><b>If this fails, check:</b> does fetch delete, move or mark messages? does it create the
   * row of an instance that was only started?
   */
  @Rule("FETCH-13")
  void fetchChangesOnlyLockAndAttemptCount(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues.fill(a);
    a.timer("order", s.lockFor());
    a.enqueue(Sample.start("order", "again", null));
    Snapshot before = s.snapshotWithoutLocks("order");

    BothQueues first = BothQueues.fetch(a);
    s.expectUnchanged("A fetch changed what is stored.", before);
    first.abandon(a, Abandonment.now().uncounted());
    s.expectUnchanged("A fetch that was taken back changed what is stored.", before);

    BothQueues second = BothQueues.fetch(a);
    second.expectAttempts("A fetch that was taken back counts.", 1);
    Expect.equal(
        "A fetch changed what the next one answers.",
        first.instance().messages(),
        second.instance().messages());
    Expect.equal(
        "A fetch changed what the next one answers.",
        first.instance().history(),
        second.instance().history());
    Expect.equal(
        "A fetch changed what the next one answers.",
        first.activity().task(),
        second.activity().task());
  }

  /**
   * Fetching an instance that was only started leaves it as it was.
   *
   * <p><b>Shape:</b> start, fetch, abandon without counting; nothing of the instance can be read;
   * its messages come again.
   *
   * <p><b>If this fails, check:</b> does the lock need a row, and is that row taken for an
   * instance?
   */
  @Rule("FETCH-13")
  void fetchOfAStartedInstanceCreatesNothing(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage start = a.start("order");
    Snapshot before = s.snapshotWithoutLocks("order");

    OrchestrationItem item = a.fetchOne("order");
    s.expectUnchanged("A fetch created something.", before);
    a.abandon(item, Abandonment.now().uncounted());
    s.expectUnchanged("A fetch that was taken back created something.", before);

    OrchestrationItem again = a.fetchOne("order");
    Batch.expect("The start did not come again.", again, start);
    Expect.equal("A fetch that was taken back counts.", 1, again.attemptCount());
  }
}
