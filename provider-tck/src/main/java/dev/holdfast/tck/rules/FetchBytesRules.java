// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers that are bounded in bytes. */
@RuleFamily("FETCH")
final class FetchBytesRules {

  private static final int ROUNDS = 30;
  private static final long MOST_PAGE_BYTES = 16L * 1024 * 1024;

  /**
   * An answer ends before the first item that does not fit, and leaves it and all behind it alone.
   *
   * <p><b>Shape:</b> instances with batches of 100, 100, 101 and 1 bytes, one behind the other:
   * bounds of 199 to 301 bytes bring one to three of them, and never the last without the third;
   * what is left out comes with the next fetch, with count 1.
   */
  @Rule("FETCH-17")
  void anAnswerEndsBeforeTheFirstItemThatDoesNotFit(StoreUnderTest store) {
    expectBrought(store, 1, 1);
    expectBrought(store, 199, 1);
    expectBrought(store, 200, 2);
    expectBrought(store, 299, 2);
    expectBrought(store, 300, 2);
    expectBrought(store, 301, 3);
    expectBrought(store, 302, 4);
    expectBrought(store, OrchestrationFetch.ANY_BYTES, 4);
  }

  private static void expectBrought(StoreUnderTest store, long bound, int count) {
    Handle first = store.first();
    int[] sizes = {100, 100, 101, 1};
    List<String> all = new ArrayList<>();
    while (all.size() < sizes.length) {
      String id = "order-" + store.nextNumber();
      all.add(id);
      first.create(id);
    }
    for (int n = 0; n < sizes.length; n++) {
      store.moveTime(store.tick());
      first.enqueue(sized(all.get(n), sizes[n] - 1));
      first.enqueue(sized(all.get(n), 1));
    }

    List<OrchestrationItem> items = first.fetch(bounded(first, bound));
    Expect.equal(
        "A fetch with at most %d bytes did not bring the first %d items.".formatted(bound, count),
        all.subList(0, count),
        ids(items));
    List<OrchestrationItem> rest = store.second().fetch(Handle.ALL);
    Expect.equal("What was left out is not there.", all.subList(count, all.size()), ids(rest));
    rest.forEach(item -> Expect.equal("What was left out was counted.", 1, item.deliveryCount()));
    items.forEach(first::finish);
    rest.forEach(first::finish);
  }

  /**
   * The first item comes with its whole batch, whatever its size, and alone.
   *
   * <p><b>Shape:</b> an instance with three messages of a thousand bytes, another one behind it; a
   * bound of one byte and of 2,500 brings the first one, with all three; its ack removes them.
   */
  @Rule("FETCH-17")
  void theFirstItemComesWhole(StoreUnderTest store) {
    Handle first = store.first();
    first.create("large");
    first.create("next");
    for (long bound : new long[] {1, 2_500, 2_999}) {
      List<OrchestratorMessage> sent = new ArrayList<>();
      for (int n = 0; n < 3; n++) {
        sent.add(first.enqueue(sized("large", 1_000)));
      }
      store.moveTime(store.tick());
      OrchestratorMessage small = first.enqueue(sized("next", 1));
      List<OrchestrationItem> items = first.fetch(bounded(first, bound));
      Expect.equal("Not the first item alone came.", List.of("large"), ids(items));
      Batch.expect("The batch of the first item is not whole.", items.get(0), sent);
      first.finish(items.get(0));
      OrchestrationItem next = store.second().fetchOne("next");
      Batch.expect("The next item is not what was left out.", next, small);
      store.second().finish(next);
    }
  }

  /**
   * Of an inline history the first events come that still fit.
   *
   * <p><b>Shape:</b> a history of 50, 50, 1 and 50 bytes and a message of 10: bounds bring the
   * events in front that fit, and no later one; {@code complete} says whether all came, the last id
   * is that of the whole history, and the rest can be read.
   */
  @Rule("FETCH-17")
  void ofTheHistoryAsMuchComesAsFits(StoreUnderTest store) {
    Handle first = store.first();
    List<HistoryEvent> events = List.of(event(1, 50), event(2, 50), event(3, 1), event(4, 50));
    first.start("order");
    first.turn(first.fetchOne("order")).name(Sample.NAME).events(events).apply();
    Map<Long, Integer> bounds = new HashMap<>();
    bounds.put(1L, 0);
    bounds.put(10L, 0);
    bounds.put(59L, 0);
    bounds.put(60L, 1);
    bounds.put(110L, 2);
    bounds.put(111L, 3);
    bounds.put(160L, 3);
    bounds.put(161L, 4);
    bounds.put(OrchestrationFetch.ANY_BYTES, 4);
    bounds.forEach((bound, count) -> {
      first.enqueue(sized("order", 10));
      OrchestrationItem item = only(first.fetch(bounded(first, bound)));
      String what = "With at most %d bytes the inline history is wrong.".formatted(bound);
      Expect.equal(what, new History(4, events.subList(0, count), count == 4), item.history());
      long after = count == 0 ? 0 : count;
      Expect.equal(
          "The rest of the history cannot be read.",
          events.subList(count, 4),
          first.provider().readHistory("order", 1, after, Handle.ALL).events());
      first.finish(item);
    });
  }

  /**
   * Whatever is ready, an answer keeps the bound, the order and the batches.
   *
   * <p><b>Shape:</b> in each round instances with histories and batches of random sizes; fetches
   * with random bounds, maxima and inline histories until nothing is left: each answer keeps the
   * bound, or has no more than its first batch; items come in order, each once, with count 1 and
   * its whole batch.
   */
  @Rule("FETCH-17")
  void everyAnswerKeepsTheBound(StoreUnderTest store) {
    Handle first = store.first();
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      Map<String, List<OrchestratorMessage>> sent = new HashMap<>();
      List<String> order = new ArrayList<>();
      for (int n = 0; n < 5; n++) {
        String id = "order-" + store.nextNumber();
        first.start(id);
        first.turn(first.fetchOne(id)).name(Sample.NAME).events(randomEvents(store)).apply();
        order.add(id);
      }
      for (String id : order) {
        store.moveTime(store.tick());
        List<OrchestratorMessage> messages = new ArrayList<>();
        for (int n = 0; n <= store.random().nextInt(3); n++) {
          messages.add(first.enqueue(sized(id, store.random().nextInt(60))));
        }
        sent.put(id, messages);
      }
      List<String> delivered = new ArrayList<>();
      while (delivered.size() < order.size()) {
        long bound = 1L + store.random().nextInt(300);
        int max = 1 + store.random().nextInt(5);
        List<OrchestrationItem> items =
            first.fetch(
                OrchestrationFetch.of(max, store.lockFor())
                    .withInlineHistory(store.random().nextInt(4))
                    .withMaxBytes(bound));
        expectKept(bound, max, items);
        for (OrchestrationItem item : items) {
          Expect.equal("What was left out was counted.", 1, item.deliveryCount());
          Batch.expect(
              "A batch is not whole.", item, sent.getOrDefault(item.instanceId(), List.of()));
          delivered.add(item.instanceId());
          first.finish(item);
        }
      }
      Expect.equal("Items did not come in order, each once.", order, delivered);
    }
  }

  private static void expectKept(long bound, int max, List<OrchestrationItem> items) {
    Expect.that(
        "A fetch for instances that are ready answered nothing, with at most " + bound + " bytes.",
        !items.isEmpty());
    Expect.atMost("A fetch answered more items than it may.", max, items.size());
    long bodies = 0;
    long events = 0;
    for (OrchestrationItem item : items) {
      bodies += item.messages().stream().mapToLong(message -> message.body().size()).sum();
      events += item.history().events().stream().mapToLong(event -> event.data().size()).sum();
    }
    long first = items.get(0).messages().stream().mapToLong(message -> message.body().size()).sum();
    Expect.atMost("An answer has more bytes than it may.", Math.max(bound, first), bodies + events);
  }

  private static List<HistoryEvent> randomEvents(StoreUnderTest store) {
    List<HistoryEvent> events = new ArrayList<>();
    for (int id = 1; id <= 4; id++) {
      events.add(event(id, store.random().nextInt(40)));
    }
    return events;
  }

  /**
   * A bound below one byte is refused.
   *
   * <p><b>Shape:</b> zero and a negative number.
   */
  @Rule("FETCH-17")
  void aBoundBelowOneIsRefused(StoreUnderTest store) {
    store.first().start("order");
    for (long bound : new long[] {0, -1, Long.MIN_VALUE}) {
      Expect.invalid(
          "A fetch with at most %d bytes was accepted.".formatted(bound),
          () -> store.first().fetch(bounded(store.first(), bound)));
    }
    Expect.equal(
        "A refused fetch was counted.", 1, store.first().fetchOne("order").deliveryCount());
  }

  /**
   * A page of a history ends early when it becomes too large, and can be gone on with.
   *
   * <p><b>Shape:</b> six events of the largest size, and as many small ones: pages with no limit in
   * events have at most 16 MiB and one event more; each has an event; together they are the
   * history.
   */
  @Rule("FETCH-18")
  void aPageOfHistoryIsBoundedInBytes(StoreUnderTest store) {
    Handle first = store.first();
    Payload largest = Payloads.largest(store);
    first.start("order");
    first.turn(first.fetchOne("order")).name(Sample.NAME).event(1).apply();
    for (long id = 2; id <= 12; id += 2) {
      first.poke("order");
      first
          .turn(first.fetchOne("order"))
          .events(List.of(new HistoryEvent(id, "large", largest, Sample.RECORDED_AT)))
          .event(id + 1)
          .apply();
    }
    List<Long> read = new ArrayList<>();
    long after = 0;
    for (boolean complete = false; !complete; ) {
      History page = first.provider().readHistory("order", 1, after, Integer.MAX_VALUE);
      Expect.that("A page of a history that goes on is empty.", !page.events().isEmpty());
      long bytes = page.events().stream().mapToLong(event -> event.data().size()).sum();
      Expect.atMost("A page of a history is too large.", MOST_PAGE_BYTES + largest.size(), bytes);
      page.events().forEach(event -> read.add(event.eventId()));
      after = read.get(read.size() - 1);
      complete = page.complete();
      Expect.equal("The last id is not that of the whole history.", 13L, page.lastEventId());
    }
    Expect.equal(
        "The pages together are not the history.",
        Sample.events(1, 13).stream().map(HistoryEvent::eventId).toList(),
        read);
  }

  private static OrchestratorMessage sized(String instanceId, int size) {
    return OrchestratorMessage.of(instanceId, "sized", Payloads.ofSize(size));
  }

  private static HistoryEvent event(long id, int size) {
    return new HistoryEvent(id, "sized", Payloads.ofSize(size), Sample.RECORDED_AT);
  }

  private static OrchestrationFetch bounded(Handle handle, long bound) {
    return OrchestrationFetch.of(Handle.ALL, handle.lockFor()).withMaxBytes(bound);
  }

  private static OrchestrationItem only(List<OrchestrationItem> items) {
    Expect.equal("An instance that is ready is not delivered.", List.of("order"), ids(items));
    return items.get(0);
  }

  private static List<String> ids(List<OrchestrationItem> items) {
    return items.stream().map(OrchestrationItem::instanceId).toList();
  }
}
