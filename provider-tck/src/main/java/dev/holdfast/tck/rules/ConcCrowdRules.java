// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import dev.holdfast.tck.harness.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Many callers, senders and readers at one place: slower perhaps, but never wrong. */
@RuleFamily("CONC")
final class ConcCrowdRules {

  private static final int HANDLES = 4;
  private static final int STEPS = 60;
  private static final int SENDERS = 16;
  private static final int PER_SENDER = 15;
  private static final int CALLERS = 40;

  /**
   * More callers than connections is slower, not wrong.
   *
   * <p><b>Shape:</b> 40 callers on one handle start, fetch, ack and read their own instance; no
   * error, all finish.
   */
  @Rule("CONC-05")
  void manyCallersOnOneHandleAreServed(StoreUnderTest store) {
    Handle first = store.first();
    List<Integer> turns =
        Together.times(
            CALLERS,
            n -> {
              first.start("order-" + n);
              List<OrchestrationItem> items = first.fetch(1);
              items.forEach(item -> first.turn(item).name(Sample.NAME).event(1).apply());
              first.history("order-" + n, 1);
              return items.size();
            });
    Expect.equal(
        "Not every caller was given an instance.",
        CALLERS,
        turns.stream().mapToInt(Integer::intValue).sum());
    for (int n = 0; n < CALLERS; n++) {
      Expect.equal("A turn is missing.", Sample.events(1, 1), first.history("order-" + n, 1));
    }
  }

  /**
   * One busy instance with many senders loses nothing and keeps each sender's order.
   *
   * <p><b>Shape:</b> 16 senders on several handles, turns all the while; the batches joined have
   * everything, ascending per sender.
   */
  @Rule("CONC-06")
  void aBusyInstanceKeepsEachSendersOrder(StoreUnderTest store) {
    store.first().create("busy");
    List<Handle> handles = store.newHandles(HANDLES);
    List<String> received = new ArrayList<>();
    AtomicBoolean sent = new AtomicBoolean();
    try (Parked<Boolean> turns =
        Parked.beginning(() -> {
          while (true) {
            boolean last = sent.get();
            List<OrchestrationItem> items = store.second().fetch(1);
            for (OrchestrationItem item : items) {
              item.messages().forEach(message -> received.add(message.body().asUtf8()));
              store.second().finish(item);
            }
            if (last && items.isEmpty()) {
              return true;
            }
          }
        })) {
      Together.times(
          SENDERS,
          sender -> {
            for (int i = 0; i < PER_SENDER; i++) {
              handles.get(sender % HANDLES).enqueue(Sample.message("busy", sender + " " + i));
            }
            return sender;
          });
      sent.set(true);
      turns.answer();
    }
    Map<String, Integer> next = new HashMap<>();
    for (String body : received) {
      String[] parts = body.split(" ", -1);
      Expect.equal(
          "A message of sender " + parts[0] + " is out of order, lost or doubled.",
          next.getOrDefault(parts[0], 0),
          Integer.parseInt(parts[1]));
      next.merge(parts[0], 1, Integer::sum);
    }
    Expect.equal("Messages are missing.", SENDERS * PER_SENDER, received.size());
  }

  /**
   * Readers never see time run backwards.
   *
   * <p><b>Shape:</b> turns on A, every third one in the next execution; a reader on B: the latest
   * execution never falls, and the history of an execution only grows.
   */
  @Rule("CONC-07")
  void readersNeverSeeTimeRunBackwards(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.create("order");
    AtomicBoolean goOn = new AtomicBoolean(true);
    AtomicInteger reads = new AtomicInteger();
    try (Parked<Integer> reader = Parked.beginning(() -> readAll(second, reads, goOn))) {
      // A busy machine may begin the reader only when the turns are over.
      Waiting.until(() -> reads.get() > 0, Duration.ofMinutes(1));
      long execution = 1;
      for (int turn = 1; turn <= STEPS; turn++) {
        first.poke("order");
        OrchestrationItem item = first.fetchOne("order");
        if (turn % 3 == 0) {
          execution++;
        }
        long last = item.executionId() == execution ? item.history().lastEventId() : 0;
        first.turn(item).execution(execution).events(last + 1, last + 2).apply();
        // One read beside all turns would see nothing run backwards.
        int before = reads.get();
        Waiting.until(() -> reads.get() > before || reader.isDone(), store.pace().prompt());
      }
      goOn.set(false);
      Expect.above("The reader did not read.", 0, reader.answer());
    }
  }

  private static int readAll(Handle reader, AtomicInteger reads, AtomicBoolean goOn) {
    Map<Long, Integer> sizes = new HashMap<>();
    long latest = 0;
    while (goOn.get()) {
      long execution = reader.provider().latestExecutionId("order").orElse(0);
      Expect.above("The latest execution fell.", latest - 1, execution);
      latest = execution;
      for (long e = Math.max(1, execution - 1); e <= execution; e++) {
        int size = reader.history("order", e).size();
        Expect.above("A history shrank.", sizes.getOrDefault(e, 0) - 1L, size);
        sizes.put(e, size);
      }
      reads.incrementAndGet();
    }
    return reads.get();
  }
}
